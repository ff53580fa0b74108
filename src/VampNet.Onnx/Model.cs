using VampNet.Onnx.Proto;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx;

/// <summary>
/// A graph with its operator sets and metadata. A model that was read from a file may be a view
/// on that file: disposing it ends the view.
/// </summary>
public sealed class Model : IDisposable
{
    private readonly List<MappedFile> _maps = [];

    /// <summary>A model around a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="irVersion">The version of the intermediate representation, 1 to 13.</param>
    public Model(Graph graph, int irVersion)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        IrVersion = irVersion;
    }

    /// <summary>The main graph.</summary>
    public Graph Graph { get; }

    /// <summary>The version of the intermediate representation.</summary>
    public int IrVersion { get; set; }

    /// <summary>The operator sets in use: domain (empty for ai.onnx) to version.</summary>
    public OrderedDictionary<string, int> OpsetImports { get; } = new(StringComparer.Ordinal);

    /// <summary>The version of ai.onnx; 0 when it is not imported.</summary>
    public int Opset => OpsetImports.GetValueOrDefault("");

    /// <summary>The operators that the model defines itself.</summary>
    public List<Function> Functions { get; } = [];

    /// <summary>Facts about the model, by key, in the order in which they are written.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The program that made the model; null when not stated.</summary>
    public string? ProducerName { get; set; }

    /// <summary>Version of that program; null when not stated.</summary>
    public string? ProducerVersion { get; set; }

    /// <summary>A note for people; null when there is none.</summary>
    public string? DocString { get; set; }

    /// <summary>The model's protobuf message, for fields that the representation does not model.</summary>
    internal ModelProto? Carrier { get; set; }

    /// <summary>Every graph: the main one, the functions' bodies, and all their subgraphs.</summary>
    public IEnumerable<Graph> AllGraphs() =>
        Graph.SelfAndSubgraphs().Concat(Functions.SelectMany(function => function.Body.SelfAndSubgraphs()));

    /// <summary>Ends the views on the files that the model was read from: its tensors' contents must not be used afterwards.</summary>
    public void Dispose()
    {
        foreach (MappedFile map in _maps)
        {
            map.Dispose();
        }

        _maps.Clear();
    }

    /// <summary>The files that the model maps: the graph's own, then those of its external data; none for a model that was built or read
    /// from memory.</summary>
    public IEnumerable<string> Files => _maps.Select(map => map.Path);

    /// <summary>Makes the model the owner of a map that its tensors view.</summary>
    internal void Own(IEnumerable<MappedFile> maps) => _maps.AddRange(maps);
}
