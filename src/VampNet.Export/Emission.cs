using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VampNet.Architecture;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>The shared state of the emitters of one graph: the graph under construction, the weights it is made of and the options it
/// obeys.</summary>
internal sealed class Emission(string graphName, IReadOnlyDictionary<string, BoundWeight> weights, ExportOptions options)
{
    private readonly List<KeyValuePair<string, BoundWeight>> _emitted = [];

    public GraphBuilder Graph { get; } = new(graphName, options.Opset);

    public IReadOnlyDictionary<string, BoundWeight> Weights { get; } = weights;

    public ExportOptions Options { get; } = options;

    /// <summary>Every weight in the graph so far, under its initializer's name.</summary>
    public ImmutableArray<KeyValuePair<string, BoundWeight>> EmittedWeights => [.. _emitted];

    /// <summary>Adds an initializer; its contents are computed only while it is written.</summary>
    public Value AddWeight(string name, BoundWeight weight)
    {
        _emitted.Add(new(name, weight));
        return Graph.Weight(
            name,
            ElementType.Float,
            [.. weight.Shape.Select(dimension => (long)dimension)],
            destination => weight.Materialize(MemoryMarshal.Cast<byte, float>(destination))
        );
    }

    /// <summary>The finished model, with its metadata. It holds no time, so equal input gives equal bytes.</summary>
    public Model Finish(string configurationJson)
    {
        foreach ((string key, string value) in GraphMetadata.Describe(configurationJson, Options))
        {
            Graph.Metadata.Add(key, value);
        }

        Model model = Graph.Build();
        model.ProducerName = MetadataKeys.ToolName;
        model.ProducerVersion = MetadataKeys.ToolVersion;
        return model;
    }
}
