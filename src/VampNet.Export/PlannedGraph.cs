using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>A graph that is about to be written.</summary>
/// <param name="Name">The model's name, and its file's without the extension.</param>
/// <param name="LedgerName">The checkpoint's name, and its ledger file's without the extension.</param>
/// <param name="Graph">The graph; its weights are computed while they are written.</param>
/// <param name="ConfigurationJson">The model's configuration.</param>
/// <param name="Options">Options that the graph was emitted with.</param>
/// <param name="Origin">Origin of the weights: known once the checkpoints are digested.</param>
/// <param name="IsStep">Whether this is a sampling step: no model of the manifest.</param>
/// <param name="IsFused">Whether a step holds a whole transformer, whose weights get a file of their own.</param>
internal sealed record PlannedGraph(
    string Name,
    string LedgerName,
    Model Graph,
    string ConfigurationJson,
    ExportOptions Options,
    Task<ExportProvenance> Origin,
    bool IsStep = false,
    bool IsFused = false
)
{
    public string FileName => $"{Name}.onnx";

    /// <summary>Origin of the weights; waits until it is known.</summary>
    public ExportProvenance Provenance => Origin.GetAwaiter().GetResult();

    public long WeightBytes { get; } = Graph.Graph.Initializers.Sum(value => value.Constant!.ByteLength);

    /// <summary>Calls a function after each weight is computed, with the weight's length in bytes.</summary>
    public void Watch(Action<long> computed)
    {
        foreach (Value value in Graph.Graph.Initializers)
        {
            TensorData data = value.Constant!;
            value.Constant = TensorData.Lazy(
                data.ElementType,
                data.Shape.AsSpan(),
                destination =>
                {
                    data.CopyTo(destination);
                    computed(data.ByteLength);
                }
            );
        }
    }

    /// <summary>Writes the weights' provenance into the graph's metadata.</summary>
    public void Sign()
    {
        Graph.Metadata.Clear();
        foreach ((string key, string value) in GraphMetadata.Describe(ConfigurationJson, Options with { Provenance = Provenance }))
        {
            Graph.Metadata.Add(key, value);
        }
    }
}
