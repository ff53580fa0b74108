using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace VampNet.Inference.Inputs.Files;

/// <summary>Reads samples from a file, or from a folder of files and of folders of them.</summary>
/// <param name="assembler">Makes samples of tensors.</param>
/// <param name="profile">The readers.</param>
/// <param name="extent">The longest last dimension to take at once.</param>
internal sealed partial class SampleFolder(SampleAssembler assembler, InputProfile profile, int extent)
{
    // Deepest level of folders that is read. Deeper ones hold other data, or are reached through a cyclic link.
    private const int Deepest = 4;

    private readonly ImmutableArray<ITensorFileReader> _readers =
    [
        new NpyReader(),
        new NpzReader(),
        new TensorProtoReader(),
        .. profile.TensorReaders,
    ];

    /// <summary>The samples, in the order of the files' names.</summary>
    public IEnumerable<ModelSample> Read(string path) => Directory.Exists(path) ? ReadFolder(path, 0) : ReadFile(path);

    private IEnumerable<ModelSample> ReadFolder(string folder, int depth)
    {
        string[] files = [.. Ordered(Directory.EnumerateFiles(folder))];
        // ONNX's test data: input_0.pb, input_1.pb, in the order of the graph's inputs; output_0.pb is not fed.
        string[] inputs =
        [
            .. files.Where(file => Path.GetFileName(file).StartsWith("input_", StringComparison.Ordinal) && HasExtension(file, ".pb")),
        ];
        if (inputs.Length > 0)
        {
            ModelInput[] tensors = [.. inputs.Select(file => ReadTensors(file)!.Values.Single())];
            foreach (ModelSample sample in assembler.FromOrdered(Path.GetFileName(folder), tensors))
            {
                yield return sample;
            }
        }

        // Arrays named after the inputs are one sample together; others are one each.
        string[] arrays = [.. files.Where(file => HasExtension(file, ".npy"))];
        bool isOne = arrays.Length > 1 && arrays.All(file => assembler.IsInput(Path.GetFileNameWithoutExtension(file)));
        if (isOne)
        {
            Dictionary<string, ModelInput> tensors = arrays
                .SelectMany(file => ReadTensors(file)!)
                .ToDictionary(each => each.Key, each => each.Value);
            foreach (ModelSample sample in assembler.FromNamed(Path.GetFileName(folder), tensors))
            {
                yield return sample;
            }
        }

        foreach (
            string file in files
                .Except(inputs)
                .Where(file => !isOne || !HasExtension(file, ".npy"))
                .Where(file => !HasExtension(file, ".pb"))
        )
        {
            foreach (ModelSample sample in ReadFile(file))
            {
                yield return sample;
            }
        }

        foreach (string inner in depth < Deepest ? (string[])[.. Ordered(Directory.EnumerateDirectories(folder))] : [])
        {
            foreach (ModelSample sample in ReadFolder(inner, depth + 1))
            {
                yield return sample;
            }
        }
    }

    private IEnumerable<ModelSample> ReadFile(string file)
    {
        string name = Path.GetFileName(file);
        IEnumerable<ModelSample>? read = profile
            .Readers.Select(reader => reader.Read(file, assembler.Plans, extent))
            .FirstOrDefault(samples => samples is not null);
        return read?.Select(assembler.Complete) ?? (ReadTensors(file) is { } tensors ? assembler.FromNamed(name, tensors) : []);
    }

    private IReadOnlyDictionary<string, ModelInput>? ReadTensors(string file) =>
        _readers.Select(reader => reader.Read(file)).FirstOrDefault(tensors => tensors is not null);

    private static bool HasExtension(string file, string extension) =>
        Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase);

    // test_data_set_10 comes behind test_data_set_9.
    private static IOrderedEnumerable<string> Ordered(IEnumerable<string> paths) =>
        paths.OrderBy(path => Digits().Replace(path, number => number.Value.PadLeft(20, '0')), StringComparer.Ordinal);

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
