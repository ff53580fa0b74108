using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Runtime.Audio;

namespace VampNet.Validation.Inputs;

/// <summary>Reads WAV files for a graph whose one input is audio, float32 [B,1,S].</summary>
/// <param name="sampleRate">The graph's samples per second; files of another rate are resampled.</param>
internal sealed class WavSampleReader(int sampleRate) : ISampleReader
{
    /// <inheritdoc/>
    /// <exception cref="Runtime.RuntimeException">VNR0112: the file is silent, and ranges measured on it would make every other signal
    /// saturate; or it is no WAV file.</exception>
    public IEnumerable<ModelSample>? Read(string path, ImmutableArray<Value> inputs, int extent) =>
        Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase)
        && inputs is [{ TensorType: { ElementType: ElementType.Float, Shape.Rank: 3 } } audio]
            ? Parts(path, audio.Name, extent)
            : null;

    private IEnumerable<ModelSample> Parts(string path, string input, int extent)
    {
        using FileStream stream = File.OpenRead(path);
        AudioClip clip = WavReader.Read(stream, path);
        AudioPreprocessor.RequireSound(clip);
        float[] samples = AudioPreprocessor.Prepare(clip, sampleRate, hopLength: 1);
        return samples
            .Chunk(extent)
            .Select(
                (chunk, i) =>
                    new ModelSample($"{Path.GetFileName(path)} part {i + 1}", [new ModelInput(input, chunk, [1, 1, chunk.Length])])
            );
    }
}
