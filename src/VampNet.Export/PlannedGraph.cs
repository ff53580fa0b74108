using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>A graph that is about to be written.</summary>
/// <param name="Name">The model's name, and its file's without the extension.</param>
/// <param name="LedgerName">The checkpoint's name, and its ledger file's without the extension.</param>
/// <param name="Graph">The graph; its weights are computed while they are written.</param>
/// <param name="ConfigurationJson">The model's configuration.</param>
/// <param name="Provenance">Where the weights come from.</param>
internal sealed record PlannedGraph(string Name, string LedgerName, Model Graph, string ConfigurationJson, ExportProvenance Provenance)
{
    public string FileName => $"{Name}.onnx";

    public long WeightBytes { get; } = Graph.Graph.Initializers.Sum(value => value.Constant!.ByteLength);

    /// <summary>Has a callback run after each weight is computed, with the weight's length in bytes.</summary>
    public void Watch(Action<long> computed)
    {
        foreach (Value value in Graph.Graph.Initializers)
        {
            TensorData data = value.Constant!;
            value.Constant = TensorData.Lazy(data.ElementType, data.Shape.AsSpan(), destination =>
            {
                data.CopyTo(destination);
                computed(data.ByteLength);
            });
        }
    }
}
