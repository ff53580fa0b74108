using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Facts about an input's elements and axes that follow from the nodes reading it.</summary>
internal sealed class InputFacts
{
    /// <summary>The fewest rows of a table that the elements index; null where they index none.</summary>
    public long? Rows { get; set; }

    /// <summary>Name of the table with these rows.</summary>
    public string Table { get; set; } = "";

    /// <summary>Constants that the elements are compared with.</summary>
    public List<double> Compared { get; } = [];

    /// <summary>Whether something other than a comparison reads the elements.</summary>
    public bool IsComputedWith { get; set; }

    /// <summary>The axis length that the elements state; null where they state none.</summary>
    public Dim? LengthOf { get; set; }

    /// <summary>Lengths of axes that a weight asks for, by axis from 0.</summary>
    public Dictionary<int, long> AxisLengths { get; } = [];
}
