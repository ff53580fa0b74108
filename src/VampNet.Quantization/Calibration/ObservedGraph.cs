using System.Collections.Immutable;
using VampNet.Onnx;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Quantization.Calibration;

/// <summary>Makes a copy of a graph with additional outputs for intermediate values.</summary>
internal static class ObservedGraph
{
    /// <summary>Writes the copy.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="observed">The copy's file.</param>
    /// <param name="values">Names of float32 values; those that no node produces are passed over.</param>
    /// <param name="withSubgraphs">Whether values of branches and loops are given too; else those of the main graph alone.</param>
    /// <returns>The value that each output gives, by the output's name.</returns>
    public static IReadOnlyDictionary<string, string> Write(
        string path,
        string observed,
        IReadOnlyCollection<string> values,
        bool withSubgraphs = false
    )
    {
        using Model model = ModelReader.Read(path);
        if (Wanted(model, values).Any(value => value.Type is null))
        {
            _ = ShapeInferencePass.Run(model);
        }

        Dictionary<string, string> names = model
            .Graph.Outputs.Where(value => values.Contains(value.Name))
            .ToDictionary(value => value.Name, value => value.Name);
        foreach ((Value value, string name, _) in Exposed(model.Graph, values.ToImmutableHashSet(), withSubgraphs))
        {
            if (!value.IsGraphOutput && names.TryAdd(value.Name, name))
            {
                value.Type ??= new TensorType(ElementType.Float, null);
                model.Graph.AddOutput(value);
            }
        }

        ModelWriter.Write(model, observed, new ExternalDataOptions());
        return names;
    }

    private static IEnumerable<Value> Wanted(Model model, IReadOnlyCollection<string> names) =>
        model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Values()).Where(value => names.Contains(value.Name));

    /// <summary>The wanted values of a graph, and outputs of its nodes that give those within their subgraphs. A loop's results must have
    /// one shape in all turns, so it does not give those of a branch within it, which are empty in turns that take the other.</summary>
    private static List<(Value Value, string Name, bool OfBranch)> Exposed(Graph graph, ImmutableHashSet<string> names, bool withSubgraphs)
    {
        List<(Value, string, bool)> exposed = [];
        foreach (Node node in graph.Nodes.ToImmutableArray())
        {
            exposed.AddRange(node.Outputs.Where(output => names.Contains(output.Name)).Select(output => (output, output.Name, false)));
            if (!withSubgraphs)
            {
                continue;
            }

            (Graph Body, List<(Value Value, string Name, bool OfBranch)> Values)[] inner =
            [
                .. node.Subgraphs.Select(body => (body, Exposed(body, names, withSubgraphs))),
            ];
            if (node.Is("If"))
            {
                exposed.AddRange(
                    inner.SelectMany(branch =>
                        branch.Values.Select(each => (Raise(node, branch.Body, each.Value, each.Name), each.Name, true))
                    )
                );
            }
            else if (node.Is("Loop") || node.Is("Scan"))
            {
                exposed.AddRange(
                    inner.SelectMany(body =>
                        body.Values.Where(each => !each.OfBranch)
                            .Select(each => (each.Value, each.Name))
                            .Concat(Given(body.Body, names))
                            .Select(each => (Stack(node, body.Body, each.Value, each.Name), each.Name, false))
                    )
                );
            }
        }

        return exposed;
    }

    // The wanted values that a loop hands to its body: states and rows.
    private static (Value Value, string Name)[] Given(Graph body, ImmutableHashSet<string> names) =>
        [.. body.Inputs.Where(input => names.Contains(input.Name)).Select(input => (input, input.Name))];

    // The other branch returns an empty value for each added output, since both branches must have the same outputs.
    private static Value Raise(Node node, Graph branch, Value inner, string name)
    {
        foreach (Graph body in node.Subgraphs)
        {
            if (body == branch)
            {
                inner.Type ??= new TensorType(ElementType.Float, null);
                body.AddOutput(Copied(body, inner));
            }
            else
            {
                string absentName = body.FreshName($"{name}.absent");
                Value absent = body.AddNode(
                    "Constant",
                    [],
                    [absentName],
                    [Onnx.Attribute.Of("value", TensorData.FromArray(Array.Empty<float>(), 0))],
                    name: absentName
                ).Outputs[0];
                absent.Type = new TensorType(ElementType.Float, null);
                body.AddOutput(absent);
            }
        }

        return Output(node, name);
    }

    // A loop returns the body's values of all iterations, stacked.
    private static Value Stack(Node node, Graph body, Value inner, string name)
    {
        inner.Type ??= new TensorType(ElementType.Float, null);
        body.AddOutput(Copied(body, inner));
        foreach (string attribute in (string[])["scan_output_axes", "scan_output_directions"])
        {
            if (node.Attributes.GetInts(attribute) is { } numbers)
            {
                node.Attributes.Set(Onnx.Attribute.Of(attribute, [.. numbers, 0]));
            }
        }

        return Output(node, name);
    }

    // A value is an output of a graph once, and a node gives it.
    private static Value Copied(Graph body, Value value)
    {
        if (!value.IsGraphOutput && !value.IsGraphInput)
        {
            return value;
        }

        string name = body.FreshName($"{value.Name}.copy");
        Value copy = body.AddNode("Identity", [value], [name], name: name).Outputs[0];
        copy.Type = value.Type;
        return copy;
    }

    private static Value Output(Node node, string name)
    {
        Value output = node.AddOutput(node.Graph.FreshName($"{name}.observed"));
        output.Type = new TensorType(ElementType.Float, null);
        return output;
    }
}
