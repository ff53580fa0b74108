using System.Collections.Immutable;
using VampNet.Inference.Inspection;
using VampNet.Onnx;

namespace VampNet.Reporting;

/// <summary>The weights of one part of a graph in one format.</summary>
/// <param name="Models">The name of the folder that the graph is of.</param>
/// <param name="Graph">The graph's file.</param>
/// <param name="Part">Part of the model that they belong to: <c>embedding</c>, <c>attention</c>, <c>feed-forward</c>, <c>norms</c>,
/// <c>classifier</c>, the codec's <c>encoder</c>, <c>quantizer</c> and <c>decoder</c>; <c>constants</c> for shapes and scalars.</param>
/// <param name="Format">The element type, by its ONNX name.</param>
/// <param name="Elements">Number of elements.</param>
/// <param name="Bytes">Size of their contents.</param>
public sealed record WeightShare(string Models, string Graph, string Part, string Format, long Elements, long Bytes)
{
    /// <summary>The weights of a graph by part and format, the largest first.</summary>
    public static ImmutableArray<WeightShare> Of(string models, string file, Model model) =>
        [
            .. GraphInspection
                .Of(model)
                .Initializers.GroupBy(weight => (Part: PartOf(weight.Name), weight.ElementType))
                .Select(group => new WeightShare(
                    models,
                    file,
                    group.Key.Part,
                    group.Key.ElementType,
                    group.Sum(weight => weight.Elements),
                    group.Sum(weight => weight.Bytes)
                ))
                .OrderByDescending(share => share.Bytes)
                .ThenBy(share => share.Part, StringComparer.Ordinal),
        ];

    // Weights are named by module path; a scale of a quantized weight by that weight's.
    private static string PartOf(string name)
    {
        string[] path = name.Split('.');
        return path[0] switch
        {
            "const" => "constants",
            "transformer" when path.Contains("self_attn") => "attention",
            "transformer" when path.Contains("feed_forward") => "feed-forward",
            "transformer" => "norms",
            _ => path[0],
        };
    }
}
