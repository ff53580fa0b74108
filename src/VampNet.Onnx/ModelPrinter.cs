using System.Globalization;
using System.Text;

namespace VampNet.Onnx;

/// <summary>
/// Prints models as text: one line per value, the same text for equal models. Long contents are cut after
/// <see cref="MaxElements"/> elements.
/// </summary>
public static class ModelPrinter
{
    /// <summary>Number of elements of a constant that are shown.</summary>
    public const int MaxElements = 8;

    /// <summary>Prints a model.</summary>
    public static string Print(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"model ir {model.IrVersion} {Opsets(model.OpsetImports)}\n");
        if (model.ProducerName is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"producer {Quote($"{model.ProducerName} {model.ProducerVersion}".TrimEnd())}\n");
        }

        foreach ((string key, string value) in model.Metadata)
        {
            text.Append(CultureInfo.InvariantCulture, $"metadata {Quote(key)} = {Quote(value)}\n");
        }

        Print(model.Graph, "", text);
        foreach (Function function in model.Functions)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"function {function.Domain}::{function.Name}{(function.Overload.Length > 0 ? ":" : "")}{function.Overload}"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"<{string.Join(", ", function.RequiredParameters.Concat(function.DefaultParameters.Select(Print)))}> "
                    + $"{Opsets(function.OpsetImports)}\n"
            );
            Print(function.Body, "", text);
        }

        return text.ToString();
    }

    /// <summary>Prints a graph.</summary>
    public static string Print(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        StringBuilder text = new();
        Print(graph, "", text);
        return text.ToString();
    }

    private static void Print(Graph graph, string indent, StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"{indent}graph {graph.Name}({string.Join(", ", graph.Inputs)}) -> ({string.Join(", ", graph.Outputs)}) {{\n"
        );
        foreach (Value value in graph.Initializers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}  %{value.Name} = {Contents(value)}\n");
        }

        foreach (Node node in graph.Nodes)
        {
            Print(node, indent + "  ", text);
        }

        text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
    }

    private static void Print(Node node, string indent, StringBuilder text)
    {
        string domain = node.Domain.Length == 0 ? "" : $"{node.Domain}::";
        string overload = node.Overload is null ? "" : $":{node.Overload}";
        string attributes = string.Join(", ", node.Attributes.Where(attribute => attribute.Subgraphs.IsEmpty).Select(Print));
        string inputs = string.Join(", ", node.Inputs.Select(input => input is null ? "_" : $"%{input.Name}"));
        string outputs = string.Join(
            ", ",
            node.Outputs.Select(output =>
                output.Name.Length == 0 ? "_"
                : output.Type is null ? $"%{output.Name}"
                : output.ToString()
            )
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"{indent}{outputs} = {domain}{node.OpType}{overload}{(attributes.Length > 0 ? $"<{attributes}>" : "")}({inputs})"
        );
        text.Append(node.Name.Length > 0 ? $" # {node.Name}\n" : "\n");
        foreach (Attribute attribute in node.Attributes)
        {
            foreach (Graph subgraph in attribute.Subgraphs)
            {
                text.Append(CultureInfo.InvariantCulture, $"{indent}  {attribute.Name}:\n");
                Print(subgraph, indent + "  ", text);
            }
        }
    }

    private static string Print(Attribute attribute) =>
        $"{attribute.Name}={(attribute.Reference is { } parameter ? $"@{parameter}" : Contents(attribute))}";

    private static string Contents(Attribute attribute) =>
        attribute.Kind switch
        {
            AttributeKind.Int => attribute.Int.ToString(CultureInfo.InvariantCulture),
            AttributeKind.Float => Number(attribute.Float),
            AttributeKind.String => Quote(attribute.String),
            AttributeKind.Ints => List(attribute.Ints, attribute.Ints.Length),
            AttributeKind.Floats => List(attribute.Floats.Select(Number), attribute.Floats.Length),
            AttributeKind.Strings => List(attribute.Strings.Select(Quote), attribute.Strings.Length),
            AttributeKind.Tensor => Contents(attribute.Tensor),
            AttributeKind.Type => attribute.Type?.ToString() ?? "?",
            _ => attribute.Kind.ToString().ToLowerInvariant(),
        };

    private static string Contents(Value value) =>
        value.Constant is { } data ? Contents(data)
        : value.SparseConstant is { } sparse ? $"sparse {sparse.Values} at {sparse.Indices}"
        : "?";

    private static string Contents(TensorData data)
    {
        string type = data.ToString();
        if (data.ElementCount > MaxElements)
        {
            return type;
        }

        return data.ElementType switch
        {
            ElementType.String => $"{type} {List(data.ToStrings().Select(Quote), data.ToStrings().Length)}",
            _ when data.ElementType.IsInteger && data.ElementType != ElementType.UInt64 =>
                $"{type} {List(data.ToInt64s(), data.ElementCount)}",
            ElementType.Bool => $"{type} {List(data.ToInt64s().Select(value => value != 0 ? "true" : "false"), data.ElementCount)}",
            ElementType.Float or ElementType.Float16 or ElementType.BFloat16 =>
                $"{type} {List(data.ToSingles().Select(Number), data.ElementCount)}",
            ElementType.Double =>
                $"{type} {List(data.ToDoubles().Select(value => value.ToString("R", CultureInfo.InvariantCulture)), data.ElementCount)}",
            _ => type,
        };
    }

    private static string List<T>(IEnumerable<T> items, long count) =>
        $"{{{string.Join(", ", items.Take(MaxElements))}{(count > MaxElements ? ", ..." : "")}}}";

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Opsets(OrderedDictionary<string, int> imports) =>
        string.Join(' ', imports.Select(import => $"{(import.Key.Length == 0 ? "ai.onnx" : import.Key)}:{import.Value}"));

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r")}\"";
}
