using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Makes samples for the inputs that a graph declares: from seeds, from WAV files, from tensor files.</summary>
public sealed class SampleMaker
{
    private readonly ImmutableArray<Value> _inputs;
    private readonly InputProfile _profile;

    private SampleMaker(ImmutableArray<Value> inputs, InputProfile profile) => (_inputs, _profile) = (inputs, profile);

    /// <summary>Reads what a graph takes.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="profile">What the graph does not say itself.</param>
    /// <exception cref="InferenceException">VNI0301: an input is neither int64 nor float32, or its rank is not known.</exception>
    public static SampleMaker For(Model model, InputProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableArray<Value> inputs = [.. model.Graph.Inputs.Where(input => input.Constant is null)];
        foreach (Value input in inputs)
        {
            if (input.TensorType is not { ElementType: ElementType.Int64 or ElementType.Float, Shape: not null })
            {
                throw new InferenceException(
                    "VNI0301",
                    $"Found the input {input}.\nExpected int64 or float32 of known rank. Give the graph's inputs types first: vampnet optimize."
                );
            }
        }

        return new SampleMaker(inputs, profile ?? new InputProfile());
    }

    /// <summary>The length of the last dimension that stands for one frame: 1, or the profile's for a graph with a float32 input.</summary>
    public int SamplesPerFrame => _inputs.Any(input => input.TensorType!.ElementType == ElementType.Float) ? _profile.SamplesPerFrame : 1;

    /// <summary>Samples from seeds: codes with a quarter of them masked, or audio that resembles sound.</summary>
    /// <param name="firstSeed">The seed of the first; each further one takes the next.</param>
    /// <param name="count">How many.</param>
    /// <param name="extent">The length of the last dimension where the graph leaves it open: token frames, or samples.</param>
    public IEnumerable<ModelSample> Seeded(ulong firstSeed, int count, int extent) =>
        Enumerable
            .Range(0, count)
            .Select(i => new ModelSample(
                $"seed {firstSeed + (ulong)i}",
                [.. _inputs.Select(input => Seeded(input, firstSeed + (ulong)i, extent))]
            ));

    /// <summary>Samples from a file, or from every file of a folder that the graph can take: WAV for audio, .safetensors for tensors named
    /// after the inputs.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="extent">The longest last dimension to take at once; longer files give several samples.</param>
    /// <exception cref="InferenceException">VNI0302: no file fits the graph's inputs.</exception>
    public IEnumerable<ModelSample> FromFiles(string path, int extent)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)] : [path];
        bool any = false;
        foreach (ModelSample sample in files.SelectMany(file => FromFile(file, extent)))
        {
            any = true;
            yield return sample;
        }

        if (!any)
        {
            string wanted = string.Join(", ", _inputs);
            throw new InferenceException(
                "VNI0302",
                $"Found nothing to feed to the graph in {path}: {files.Length} files.\nExpected .wav files for a graph of audio, or .safetensors with tensors named and shaped as its inputs: {wanted}."
            );
        }
    }

    private IEnumerable<ModelSample> FromFile(string file, int extent) =>
        _profile.Readers.Select(reader => reader.Read(file, _inputs, extent)).FirstOrDefault(samples => samples is not null) ?? [];

    private ModelInput Seeded(Value input, ulong seed, int extent)
    {
        TensorShape shape = input.TensorType!.Shape!;
        long[] lengths =
        [
            .. shape.Select(
                (dim, axis) =>
                    dim.TryGetConstant(out long length) ? length
                    : axis == shape.Rank - 1 ? extent
                    : 1
            ),
        ];
        int count = checked((int)lengths.Aggregate(1L, (product, length) => product * length));
        Array values =
            input.TensorType.ElementType == ElementType.Int64
                ? SeededInputs.Codes(seed, 1, 1, count, _profile.Vocabulary, _profile.MaskShare)
                : SeededInputs.Audio(seed, 1, count, _profile.SampleRate);
        return new ModelInput(input.Name, values, lengths);
    }
}
