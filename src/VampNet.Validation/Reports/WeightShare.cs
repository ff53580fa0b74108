using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Validation.Reports;

/// <summary>The weights of one part of a graph in one format.</summary>
/// <param name="Graph">The graph's file.</param>
/// <param name="Part">The module they belong to, such as <c>transformer.layers</c>; <c>constants</c> for shapes and scalars.</param>
/// <param name="Format">The element type, by its ONNX name.</param>
/// <param name="Elements">Number of elements.</param>
/// <param name="Bytes">Size of their contents.</param>
public sealed record WeightShare(string Graph, string Part, string Format, long Elements, long Bytes)
{
    /// <summary>The weights of a graph by part and format, the largest first.</summary>
    public static ImmutableArray<WeightShare> Of(string file, Model model) =>
    [
        .. GraphInspection.Of(model).Initializers
            .GroupBy(weight => (Part: PartOf(weight.Name), weight.ElementType))
            .Select(group => new WeightShare(file, group.Key.Part, group.Key.ElementType, group.Sum(weight => weight.Elements), group.Sum(weight => weight.Bytes)))
            .OrderByDescending(share => share.Bytes).ThenBy(share => share.Part, StringComparer.Ordinal),
    ];

    private static string PartOf(string name)
    {
        string[] path = name.Split('.');
        return path[0] == "const" ? "constants" : path.Length > 2 ? $"{path[0]}.{path[1]}" : path[0];
    }
}
