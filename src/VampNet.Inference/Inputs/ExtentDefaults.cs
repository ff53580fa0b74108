using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Default lengths of rows, where neither the graph nor the user gives one.</summary>
public static class ExtentDefaults
{
    private const int Frames = 173;
    private const int Audio = 44100;

    // The side of the pictures that most classifiers were trained on; a multiple of 32, to which networks often halve.
    private const int Pixels = 224;

    // The side of the latents that diffusion models compute on. Layers of attention hold the square of their number.
    private const int Latents = 64;

    // The channels of colour pictures; what has more is no picture.
    private const int MostColours = 3;

    // About a second of sound: every activation of a decoder is observed at once, and each is as long as the sound.
    private const int DecodedFrames = 57;

    /// <summary>The default for a model: token frames, audio samples if audio goes in, or elements per side of pictures or
    /// latents.</summary>
    public static int For(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Value[] images = [.. model.Graph.Inputs.Where(IsOpenImage)];
        return images.Any(HasMoreThanColours) ? Latents
            : images.Length > 0 ? Pixels
            : model.Graph.Inputs.Any(IsAudio) ? Audio
            : model.Graph.Outputs.Any(IsAudio) ? DecodedFrames
            : Frames;
    }

    private static bool IsOpenImage(Value value) =>
        value is { Constant: null, TensorType.Shape: { Rank: 4 or 5 } shape } && shape.Skip(1).Any(dim => !dim.IsConstant);

    // Channels come first, or last behind open sides.
    private static bool HasMoreThanColours(Value image)
    {
        TensorShape shape = image.TensorType!.Shape!;
        return (shape[1].TryGetConstant(out long channels) || shape[shape.Rank - 1].TryGetConstant(out channels)) && channels > MostColours;
    }

    private static bool IsAudio(Value value) =>
        value.TensorType is { ElementType: ElementType.Float, Shape: { Rank: 3 } shape }
        && shape[1].TryGetConstant(out long channels)
        && channels == 1;
}
