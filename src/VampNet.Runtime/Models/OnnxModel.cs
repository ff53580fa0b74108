using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using VampNet.Models;

namespace VampNet.Runtime.Models;

/// <summary>One exported graph with one input and one output, loaded. Runs may overlap: the session is thread-safe.</summary>
internal sealed class OnnxModel : IDisposable
{
    /// <summary>Prefixes of the names of a control signal's two inputs.</summary>
    public const string ControlPrefix = "ctrl.",
        ControlMaskPrefix = "ctrl_mask.";

    private readonly SessionSlot _slot;
    private readonly string[] _inputs,
        _outputs;
    private readonly IReadOnlyDictionary<string, string> _metadata;

    private OnnxModel(string path, ModelOptions options, InferenceSession session, bool isKept, string input, string output)
    {
        HasThreads = options.Provider == ExecutionProvider.Cpu && options.Threads != 1 && Environment.ProcessorCount > 1;
        (Path, _inputs, _outputs) = (path, [input], [output]);
        Sha256 = HashOf(path);
        _slot = new(() => OpenAgain(options), isKept ? session : null);
        _metadata = session.ModelMetadata.CustomMetadataMap;
        ControlDims = session
            .InputMetadata.Where(each => each.Key.StartsWith(ControlPrefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(
                each => each.Key[ControlPrefix.Length..],
                each => each.Value.Dimensions[1],
                StringComparer.Ordinal
            );
    }

    /// <summary>The width of each control signal that the graph takes, by name; empty for most graphs.</summary>
    public ImmutableSortedDictionary<string, int> ControlDims { get; }

    /// <summary>Whether it runs on two or more threads of the processor.</summary>
    public bool HasThreads { get; }

    /// <summary>The graph's file.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of that file, without the external data beside it.</summary>
    public string Sha256 { get; }

    /// <summary>Whether the weights are in memory.</summary>
    public bool IsLoaded => _slot.IsOpen;

    /// <summary>An entry of the graph's metadata_props, or null.</summary>
    public string? this[string key] => _metadata.GetValueOrDefault(key);

    /// <summary>Loads a graph, checks that it is the one expected, and makes of it and its configuration the model that owns it.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="options">Provider and threads.</param>
    /// <param name="input">The name and element type of its input.</param>
    /// <param name="output">The name and element type of its output.</param>
    /// <param name="read">Reads the configuration that the exporter left in the graph.</param>
    /// <param name="create">Makes the model.</param>
    /// <param name="graph">Graph to load in place of the file's own contents; null for these.</param>
    /// <param name="mayBeControlled">Whether the graph may have inputs for control signals beside.</param>
    /// <exception cref="RuntimeException">
    /// VNR0301: no such file. VNR0302: not a graph ONNX Runtime can load. VNR0303: no such provider. VNR0304: other inputs or outputs.
    /// VNR0305: no configuration, or one without the numbers <paramref name="read"/> asks for.
    /// </exception>
    public static TModel Open<TModel, TConfiguration>(
        string path,
        ModelOptions options,
        (string Name, Type Type) input,
        (string Name, Type Type) output,
        Func<JsonElement, TConfiguration> read,
        Func<OnnxModel, TConfiguration, TModel> create,
        byte[]? graph = null,
        bool mayBeControlled = false
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isKept = options.KeepLoaded || options.Provider != ExecutionProvider.Cpu || graph is not null;
        InferenceSession session = isKept ? Load(path, options, graph) : LoadFacts(path, options);
        bool isOwned = false;
        try
        {
            RequireContract(session, path, input, output, mayBeControlled);
            OnnxModel model = new(path, options, session, isKept, input.Name, output.Name);
            TModel created = create(model, model.ReadConfiguration(read));
            isOwned = isKept;
            return created;
        }
        finally
        {
            if (!isOwned)
            {
                session.Dispose();
            }
        }
    }

    /// <summary>Runs the graph once over memory of the caller's.</summary>
    /// <param name="input">Read.</param>
    /// <param name="inputShape">Its shape.</param>
    /// <param name="output">Written.</param>
    /// <param name="outputShape">Its shape.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <param name="controls">Inputs for control signals: name, values and shape.</param>
    /// <param name="releaseMemory">Whether to release the run's working memory at its end, for long runs that would keep hundreds of
    /// megabytes.</param>
    /// <exception cref="RuntimeException">VNR0308: ONNX Runtime gave up.</exception>
    public void Run<TIn, TOut>(
        Memory<TIn> input,
        long[] inputShape,
        Memory<TOut> output,
        long[] outputShape,
        CancellationToken cancellationToken,
        bool releaseMemory = false,
        IReadOnlyList<(string Name, float[] Values, long[] Shape)>? controls = null
    )
        where TIn : unmanaged
        where TOut : unmanaged
    {
        using OrtValue source = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, inputShape);
        using OrtValue destination = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, output, outputShape);
        OrtValue[] others = [.. (controls ?? []).Select(each => OrtValue.CreateTensorValueFromMemory(each.Values, each.Shape))];
        using RunOptions run = new();
        if (releaseMemory)
        {
            run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }

        using CancellationTokenRegistration stop = cancellationToken.Register(() => run.Terminate = true);
        try
        {
            string[] names = [.. _inputs, .. (controls ?? []).Select(each => each.Name)];
            _slot.Run(session => session.Run(run, names, [source, .. others], _outputs, [destination]));
        }
        catch (OnnxRuntimeException problem)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw RunFailed(Path, inputShape, problem);
        }
        finally
        {
            Array.ForEach(others, other => other.Dispose());
        }
    }

    /// <summary>Frees the weights and the working memory until the next run, which loads them again.</summary>
    public void Unload() => _slot.Close();

    /// <inheritdoc/>
    public void Dispose() => _slot.Dispose();

    /// <summary>The error for a graph that ONNX Runtime could not run.</summary>
    internal static RuntimeException RunFailed(string path, long[] shape, OnnxRuntimeException problem) =>
        new(
            RuntimeErrorIds.RunFailed,
            found: $"that '{path}' fails on an input [{string.Join(',', shape)}]: {problem.Message.Trim()}",
            expected: "a graph that runs on this input",
            advice: "Check the model with vampnet verify, and that enough memory is free",
            cause: problem
        );

    private T ReadConfiguration<T>(Func<JsonElement, T> read)
    {
        string json = this[MetadataKeys.Configuration] ?? "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RuntimeException(
                RuntimeErrorIds.ConfigurationMissing,
                found: $"{(json.Length == 0 ? "no configuration" : $"the configuration {json}")} in the metadata of '{Path}'",
                expected: $"the model's numbers under '{MetadataKeys.Configuration}'",
                advice: "Export the model again with this tool",
                cause: problem
            );
        }
    }

    internal static InferenceSession Load(string path, ModelOptions options, byte[]? graph = null) =>
        Load(path, options, graph, static _ => { });

    // Metadata, inputs and outputs alone: without optimizing the graph and packing weights, ONNX Runtime maps them and reads none.
    private static InferenceSession LoadFacts(string path, ModelOptions options) =>
        Load(
            path,
            options with
            {
                SessionCache = null,
            },
            null,
            static session =>
            {
                session.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                session.AddSessionConfigEntry("session.disable_prepacking", "1");
            }
        );

    private static InferenceSession Load(string path, ModelOptions options, byte[]? graph, Action<SessionOptions> configure)
    {
        if (!File.Exists(path))
        {
            throw new RuntimeException(
                RuntimeErrorIds.ModelMissing,
                found: $"no model at '{path}'",
                expected: "an exported graph",
                advice: "Check the folder, or export the models into it"
            );
        }

        using SessionOptions session = OnnxEnvironment.CreateOptions(options);
        configure(session);
        try
        {
            return graph is not null ? new InferenceSession(graph, session)
                : options is { SessionCache: { } cache, Provider: ExecutionProvider.Cpu }
                    ? SessionCache.Open(path, cache, () => OnnxEnvironment.CreateOptions(options))
                : new InferenceSession(path, session);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RuntimeException(
                RuntimeErrorIds.GraphDoesNotLoad,
                found: $"that ONNX Runtime cannot load '{path}': {problem.Message.Trim()}",
                expected: "a whole ONNX graph, with its external data beside it",
                advice: "Export or copy it again",
                cause: problem
            );
        }
    }

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private InferenceSession OpenAgain(ModelOptions options)
    {
        InferenceSession session = Load(Path, options);
        if (HashOf(Path) == Sha256)
        {
            return session;
        }

        session.Dispose();
        throw new RuntimeException(
            RuntimeErrorIds.GraphDoesNotLoad,
            found: $"that '{Path}' was replaced while it was in use",
            expected: $"the graph of SHA-256 {Sha256}, which was there at first",
            advice: "Start again, and leave models in use as they are"
        );
    }

    private static void RequireContract(
        InferenceSession session,
        string path,
        (string Name, Type Type) input,
        (string Name, Type Type) output,
        bool mayBeControlled
    )
    {
        Dictionary<string, NodeMetadata> inputs = session
            .InputMetadata.Where(each => !(mayBeControlled && IsControl(each.Key)))
            .ToDictionary(each => each.Key, each => each.Value);
        if (!Matches(inputs, input) || !Matches(session.OutputMetadata, output))
        {
            throw new RuntimeException(
                RuntimeErrorIds.OtherGraph,
                found: $"a graph with the inputs {Describe(session.InputMetadata)} and the outputs {Describe(session.OutputMetadata)} in "
                    + $"'{path}'",
                expected: $"the input {input.Name} ({NameOf(input.Type)}) and the output {output.Name} ({NameOf(output.Type)})",
                advice: "The file has another model's name, or is of another tool"
            );
        }
    }

    private static bool IsControl(string name) =>
        name.StartsWith(ControlPrefix, StringComparison.Ordinal) || name.StartsWith(ControlMaskPrefix, StringComparison.Ordinal);

    private static bool Matches(IReadOnlyDictionary<string, NodeMetadata> values, (string Name, Type Type) expected) =>
        values.Count == 1
        && values.TryGetValue(expected.Name, out NodeMetadata? value)
        && value.IsTensor
        && value.ElementType == expected.Type;

    // By ONNX's names.
    private static string NameOf(Type type) =>
        type == typeof(float) ? "float32"
        : type == typeof(double) ? "float64"
        : type == typeof(Float16) ? "float16"
        : type == typeof(BFloat16) ? "bfloat16"
        : type == typeof(sbyte) ? "int8"
        : type == typeof(byte) ? "uint8"
        : type.Name.ToLowerInvariant();

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> values) =>
        string.Join(
            ", ",
            values.Select(value => $"{value.Key} ({(value.Value.IsTensor ? NameOf(value.Value.ElementType) : "no tensor")})")
        );
}
