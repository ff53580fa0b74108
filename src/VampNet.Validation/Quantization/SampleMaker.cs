using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Runtime.Audio;

namespace VampNet.Validation.Quantization;

/// <summary>Makes samples for the inputs that a graph declares: from seeds, from WAV files, from tensor files.</summary>
public sealed class SampleMaker
{
    private const int DefaultVocabulary = 2;

    private readonly ImmutableArray<Value> _inputs;
    private readonly int _vocabulary;
    private readonly bool _hasMask;
    private readonly int _sampleRate;

    private SampleMaker(ImmutableArray<Value> inputs, int vocabulary, bool hasMask, int sampleRate) =>
        (_inputs, _vocabulary, _hasMask, _sampleRate) = (inputs, vocabulary, hasMask, sampleRate);

    /// <summary>Reads what a graph takes; an exported VampNet graph says its vocabulary and sample rate itself.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="vocabulary">The number of legal integers, for graphs that do not say.</param>
    /// <exception cref="ValidationException">VNV0401: an input is neither int64 nor float32, or its rank is not known.</exception>
    public static SampleMaker For(Model model, int? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableArray<Value> inputs = [.. model.Graph.Inputs.Where(input => input.Constant is null)];
        foreach (Value input in inputs)
        {
            if (input.TensorType is not { ElementType: ElementType.Int64 or ElementType.Float, Shape: not null })
            {
                throw new ValidationException(
                    "VNV0401",
                    $"Found the input {input}.\nExpected int64 or float32 of known rank. Give the graph's inputs types first: vampnet optimize."
                );
            }
        }

        using JsonDocument configuration = JsonDocument.Parse(model.Metadata.GetValueOrDefault(ExportMetadata.Configuration) ?? "{}");
        int? transformer = Number(configuration, "vocab_size");
        return new SampleMaker(
            inputs,
            vocabulary ?? transformer ?? Number(configuration, "codebook_size") ?? DefaultVocabulary,
            transformer is not null,
            Number(configuration, "sample_rate") ?? 44100
        )
        {
            SamplesPerFrame = inputs.Any(input => input.TensorType!.ElementType == ElementType.Float) ? Hop(configuration) : 1,
        };
    }

    /// <summary>The length of the last dimension that stands for one token frame: 1, or the hop for a graph of audio that says
    /// it.</summary>
    public int SamplesPerFrame { get; private init; } = 1;

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
    /// <exception cref="ValidationException">VNV0402: no file fits the graph's inputs.</exception>
    /// <exception cref="Runtime.RuntimeException">VNR0112: a WAV file is silent, whose ranges would make every other signal saturate; or it
    /// is no WAV file.</exception>
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
            throw new ValidationException(
                "VNV0402",
                $"Found nothing to feed to the graph in {path}: {files.Length} files.\nExpected .wav files for a graph of audio, or .safetensors with tensors named and shaped as its inputs: {wanted}."
            );
        }
    }

    private IEnumerable<ModelSample> FromFile(string file, int extent) =>
        Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".wav" when _inputs is [{ TensorType: { ElementType: ElementType.Float, Shape.Rank: 3 } } audio] => FromWav(
                file,
                audio.Name,
                extent
            ),
            ".safetensors" => FromTensors(file, extent),
            _ => [],
        };

    private IEnumerable<ModelSample> FromWav(string file, string input, int extent)
    {
        using FileStream stream = File.OpenRead(file);
        AudioClip clip = WavReader.Read(stream, file);
        AudioPreprocessor.RequireSound(clip);
        float[] samples = AudioPreprocessor.Prepare(clip, _sampleRate, hopLength: 1);
        return samples
            .Chunk(extent)
            .Select(
                (chunk, i) =>
                    new ModelSample($"{Path.GetFileName(file)} part {i + 1}", [new ModelInput(input, chunk, [1, 1, chunk.Length])])
            );
    }

    private IEnumerable<ModelSample> FromTensors(string file, int extent)
    {
        using Checkpoint tensors = Checkpoint.Open(file);
        List<ModelInput> inputs = [];
        foreach (Value input in _inputs)
        {
            if (
                !tensors.Tensors.TryGetValue(input.Name, out CheckpointTensor? tensor)
                || tensor.Shape.Length != input.TensorType!.Shape!.Rank
            )
            {
                return [];
            }

            inputs.Add(
                new ModelInput(
                    input.Name,
                    input.TensorType.ElementType == ElementType.Int64 ? tensor.ToInt64s() : tensor.ToSingles(),
                    [.. tensor.Shape]
                )
            );
        }

        string name = Path.GetFileName(file);
        return inputs is [var single] ? Pieces(name, single, extent) : [new ModelSample(name, [.. inputs])];
    }

    // Along the last axis, so that one long recording does not ask for more memory than many short ones.
    private static IEnumerable<ModelSample> Pieces(string name, ModelInput input, int extent)
    {
        int length = (int)input.Shape[^1];
        int rows = input.Values.Length / Math.Max(length, 1);
        for (int start = 0; start < length; start += extent)
        {
            int taken = Math.Min(extent, length - start);
            Array values = Array.CreateInstance(input.Values.GetType().GetElementType()!, rows * taken);
            for (int row = 0; row < rows; row++)
            {
                Array.Copy(input.Values, (row * length) + start, values, row * taken, taken);
            }

            yield return new ModelSample($"{name} from {start}", [new ModelInput(input.Name, values, [.. input.Shape[..^1], taken])]);
        }
    }

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
                ? SeededInputs.Codes(seed, 1, 1, count, _vocabulary, _hasMask ? 0.25 : 0)
                : SeededInputs.Audio(seed, 1, count, _sampleRate);
        return new ModelInput(input.Name, values, lengths);
    }

    private static int Hop(JsonDocument configuration) =>
        configuration.RootElement.TryGetProperty("encoder_rates", out JsonElement rates)
            ? rates.EnumerateArray().Aggregate(1, (hop, rate) => hop * rate.GetInt32())
            : 1;

    private static int? Number(JsonDocument configuration, string key) =>
        configuration.RootElement.TryGetProperty(key, out JsonElement value) && value.TryGetInt32(out int number) ? number : null;
}
