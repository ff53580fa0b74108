using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Quantization.Search;

/// <summary>
/// A graph that computes some of its nodes twice, with an input that selects the result:
/// <code>
/// y.switched = Where(switches[i], node(x), copy(x))
/// </code>
/// When the nodes are quantized and the copies are not, one session measures each node quantized alone, without writing or loading graphs
/// in between.
/// </summary>
internal static class SwitchedGraph
{
    /// <summary>The input: bool [N], true for the node itself.</summary>
    public const string Input = "vampnet.switches";

    /// <summary>Adds the copies and switches, in place.</summary>
    /// <param name="model">The model, in floating point.</param>
    /// <param name="outputs">The names of the nodes' outputs, in the order of the switches.</param>
    /// <returns>For each output the name of what its readers read instead.</returns>
    public static ImmutableDictionary<string, string> AddSwitches(Model model, IReadOnlyList<string> outputs)
    {
        Value switches = model.Graph.AddInput(Input, new TensorType(ElementType.Bool, TensorShape.Of([outputs.Count])));
        Dictionary<string, int> indices = outputs.Index().ToDictionary(item => item.Item, item => item.Index);
        Node[] nodes =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Nodes)
                .Where(node => node.Outputs.Count == 1 && indices.ContainsKey(node.Outputs[0].Name)),
        ];
        return nodes.ToImmutableDictionary(node => node.Outputs[0].Name, node => AddSwitch(node, switches, indices[node.Outputs[0].Name]));
    }

    /// <summary>The input that selects the quantized version of one node and the float version of all others.</summary>
    public static ModelInput Only(int index, int count) =>
        new(Input, Enumerable.Range(0, count).Select(i => i == index).ToArray(), [count]);

    /// <summary>The input that selects the float version of every node.</summary>
    public static ModelInput None(int count) => new(Input, new bool[count], [count]);

    private static string AddSwitch(Node node, Value switches, int index)
    {
        Graph graph = node.Graph;
        Value output = node.Outputs[0];
        Node? next = graph.NextOf(node);
        Value position = graph.AddInitializer(graph.FreshName($"{output.Name}.switch_index"), TensorData.Scalar((long)index));
        Value twin = Insert(node.OpType, "twin", [.. node.Inputs], [.. node.Attributes], node.Domain);
        Value chosen = Insert("Gather", "switch", [switches, position]);
        Value result = Insert("Where", "switched", [chosen, twin, twin]);
        twin.Type = result.Type = output.Type;
        Graph.ReplaceUses(output, result);
        result.Producer!.SetInput(1, output);
        return result.Name;

        Value Insert(
            string opType,
            string role,
            ReadOnlySpan<Value?> inputs,
            ReadOnlySpan<VampNet.Onnx.Attribute> attributes = default,
            string domain = ""
        )
        {
            string name = graph.FreshName($"{output.Name}.{role}");
            return graph.InsertNode(next, opType, inputs, [name], attributes, domain, name).Outputs[0];
        }
    }
}
