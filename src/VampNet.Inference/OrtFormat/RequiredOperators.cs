using System.Globalization;
using System.Text;
using VampNet.Onnx;

namespace VampNet.Inference.OrtFormat;

/// <summary>The operators of a graph, in the form that ONNX Runtime's reduced builds read: <c>domain;opset;Operator,Operator</c>.</summary>
/// <remarks>Source: "Reduced operator config file" of ONNX Runtime's documentation.</remarks>
internal static class RequiredOperators
{
    private const string StandardDomain = "ai.onnx";

    /// <summary>Lists a model's operators, those of subgraphs and functions included.</summary>
    /// <param name="model">A model whose nodes are those that will run.</param>
    /// <returns>A line for each domain, ordered by domain; operators are ordered by name.</returns>
    public static string Describe(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        StringBuilder text = new();
        foreach (
            IGrouping<string, Node> domain in model
                .AllGraphs()
                .SelectMany(graph => graph.Nodes)
                .GroupBy(node => node.Domain)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            int opset = model.OpsetImports.GetValueOrDefault(domain.Key, 1);
            IEnumerable<string> operators = domain.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(domain.Key.Length == 0 ? StandardDomain : domain.Key)};{opset};{string.Join(',', operators)}\n"
            );
        }

        return text.ToString();
    }
}
