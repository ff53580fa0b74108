using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Runtime.Audio;

namespace VampNet.Validation.Inputs;

/// <summary>Reads recordings for a graph with one input of audio: floating point, of one to three axes, of which only the last is
/// long.</summary>
/// <param name="sampleRate">The graph's samples per second; files of another rate are resampled.</param>
internal sealed class WavSampleReader(int sampleRate) : ISampleReader
{
    /// <inheritdoc/>
    /// <exception cref="Runtime.RuntimeException">VNR0112: the file is silent, and ranges measured on it would make every other signal
    /// saturate; or it cannot be read.</exception>
    public IEnumerable<ModelSample>? Read(string path, ImmutableArray<InputPlan> inputs, int extent) =>
        AudioFile.IsSound(path) && inputs.Where(IsAudio).ToArray() is [var audio] ? Parts(path, audio, RateOf(inputs), extent) : null;

    /// <summary>Reads a recording.</summary>
    /// <exception cref="Runtime.RuntimeException">VNR0112: it is silent; or it cannot be read.</exception>
    public static AudioClip ReadSounding(string path)
    {
        AudioClip clip = AudioFile.ReadAsync(path).GetAwaiter().GetResult();
        AudioPreprocessor.RequireSound(clip);
        return clip;
    }

    // [S], [B,S] or [B,1,S]; a state of a recurrent layer has a fixed last axis.
    private static bool IsAudio(InputPlan plan) =>
        plan.ElementType.IsFloatingPoint
        && plan is { IsMask: false, Shape: { Rank: >= 1 and <= 3 } shape }
        && (shape.Rank == 3 ? shape[1].Is(1) : true)
        && (!shape[^1].TryGetConstant(out long length) || (length >= 256 && shape.Rank < 3));

    // The rate that the graph accepts, if it compares an input of its rate with constants.
    private int RateOf(ImmutableArray<InputPlan> inputs) =>
        inputs.FirstOrDefault(plan => plan is { ElementType: ElementType.Int64 or ElementType.Int32, Range.IsConstant: true })
            is { Range: { } range }
        && range.Low is >= 4000 and <= 384000
            ? (int)range.Low
            : sampleRate;

    private static IEnumerable<ModelSample> Parts(string path, InputPlan input, int rate, int extent)
    {
        float[] samples = AudioPreprocessor.Prepare(ReadSounding(path), rate, hopLength: 1);
        bool isFixed = input.Shape[^1].TryGetConstant(out long length);
        return samples
            .Chunk(isFixed ? (int)length : extent)
            .Where(chunk => !isFixed || chunk.Length == length)
            .Select(
                (chunk, i) =>
                    new ModelSample(
                        $"{Path.GetFileName(path)} part {i + 1}",
                        [new ModelInput(input.Name, chunk, [.. Enumerable.Repeat(1L, input.Shape.Rank - 1), chunk.Length])]
                    )
            );
    }
}
