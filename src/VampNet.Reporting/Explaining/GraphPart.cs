namespace VampNet.Reporting.Explaining;

/// <summary>A part of a graph: a node, or all nodes whose names begin alike, such as a layer.</summary>
/// <param name="name">The last piece of its path.</param>
/// <param name="path">The whole of its path, unique among the parts.</param>
public sealed class GraphPart(string name, string path)
{
    private readonly List<GraphPart> _parts = [];

    /// <summary>The last piece of its path.</summary>
    public string Name => name;

    /// <summary>The whole of its path.</summary>
    public string Path => path;

    /// <summary>The parts that it is made of, in the graph's order; none for a node.</summary>
    public IReadOnlyList<GraphPart> Parts => _parts;

    /// <summary>The operator of a node; null for a part made of others.</summary>
    public string? Operator { get; init; }

    /// <summary>A node's inputs and outputs, with types; empty for a part made of others.</summary>
    public string Wiring { get; init; } = "";

    /// <summary>Whether ONNX Runtime made the node of several others, so that the file does not hold it.</summary>
    public bool IsFused { get; init; }

    /// <summary>The nodes of the file within.</summary>
    public int Nodes { get; private set; }

    /// <summary>The weights within, in bytes. A weight counts where it is read first.</summary>
    public long Bytes { get; private set; }

    /// <summary>The time of a pass spent within; 0 where nothing was timed.</summary>
    public double Milliseconds { get; private set; }

    internal void Add(GraphPart part) => _parts.Add(part);

    internal void Count(int nodes, long bytes, double milliseconds)
    {
        Nodes += nodes;
        Bytes += bytes;
        Milliseconds += milliseconds;
    }
}
