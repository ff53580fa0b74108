using System.Runtime.InteropServices;
using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.Benchmarks;

/// <summary>
/// The graph that torch.onnx.export makes of a coarse transformer, at released size: the two layers of the small exported graph,
/// operator for operator, the second repeated, with weights of the released shapes drawn from a seed.
/// </summary>
internal static class ForeignShapedTransformer
{
    private const int Width = 1280;
    private const int Heads = 20;
    private const int Layers = 20;
    private const string Second = "layers.1/";

    /// <summary>Builds the graph from the small one.</summary>
    public static Model Build(Model small)
    {
        Graph from = small.Graph;
        Model model = new(new Graph(from.Name), small.IrVersion)
        {
            ProducerName = small.ProducerName,
            ProducerVersion = small.ProducerVersion,
        };
        model.OpsetImports[""] = small.Opset;
        Dictionary<Value, Value> values = [];
        Value input = from.Inputs[0];
        values[input] = model.Graph.AddInput(input.Name, input.Type);
        foreach (Node node in from.Nodes.TakeWhile(node => !IsOfSecond(node)))
        {
            Copy(node, model.Graph, values, node.Name);
        }

        List<Node> layer = [.. from.Nodes.Where(IsOfSecond)];
        Value entry = layer[1].Inputs[0]!;
        Value exit = layer[^1].Outputs[0];
        for (int i = 1; i < Layers; i++)
        {
            Dictionary<Value, Value> own = new(values);
            foreach (Node node in layer)
            {
                Copy(node, model.Graph, own, node.Name.Replace(Second, $"layers.{i}/"));
            }

            values[entry] = own[exit];
        }

        values[exit] = values[entry];
        foreach (Node node in from.Nodes.Skip(from.Nodes.ToList().IndexOf(layer[^1]) + 1))
        {
            Copy(node, model.Graph, values, node.Name);
        }

        Value output = from.Outputs[0];
        values[output].Type = output.Type is TensorType { Shape: { } shape } type
            ? type with
            {
                Shape = TensorShape.OfRank(shape.Rank),
            }
            : output.Type;
        model.Graph.AddOutput(values[output]);
        return model;
    }

    /// <summary>Whether a node is of the second layer; constants without a path belong to their reader.</summary>
    private static bool IsOfSecond(Node node) =>
        node.Name.Contains(Second, StringComparison.Ordinal)
        || (
            node.OpType == "Constant"
            && node.Outputs[0].Uses is [{ Node: var reader }, ..]
            && reader.Name.Contains(Second, StringComparison.Ordinal)
        );

    private static void Copy(Node node, Graph graph, Dictionary<Value, Value> values, string name)
    {
        Value?[] inputs = [.. node.Inputs.Select(value => value is null ? null : Find(value, graph, values))];
        string[] outputs = [.. node.Outputs.Select(value => value.IsGraphOutput ? value.Name : graph.FreshName($"{name}_output"))];
        Node copy = graph.AddNode(
            node.OpType,
            inputs,
            outputs,
            [.. node.Attributes.Select(attribute => Resize(attribute, node))],
            node.Domain,
            graph.FreshName(name)
        );
        for (int i = 0; i < outputs.Length; i++)
        {
            values[node.Outputs[i]] = copy.Outputs[i];
        }
    }

    private static Value Find(Value value, Graph graph, Dictionary<Value, Value> values)
    {
        if (!values.TryGetValue(value, out Value? known))
        {
            long[] shape = Shape(value);
            known = graph.AddInitializer(
                graph.FreshName(value.Name),
                TensorData.Lazy(ElementType.Float, shape, bytes => Fill(MemoryMarshal.Cast<byte, float>(bytes), shape))
            );
            values.Add(value, known);
        }

        return known;
    }

    /// <summary>The released shape of a weight of the small graph, told by its own shape: D 32, 2 heads, V*P 256.</summary>
    private static long[] Shape(Value weight) =>
        weight.Constant!.Shape switch
        {
            [256, 32, 1] => [4096, Width, 1],
            [256] => [4096],
            [32, 32, 1] => [Width, 32, 1],
            [32, 2] => [32, Heads],
            [32, 32] => [Width, Width],
            [32, 128] => [Width, 4 * Width],
            [64, 32] => [2 * Width, Width],
            [32] => [Width],
            var other => throw new InvalidOperationException($"No released shape for '{weight.Name}' of [{string.Join(',', other)}]."),
        };

    /// <summary>The constants of attention that hold the number of heads or the root of their size.</summary>
    private static Attribute Resize(Attribute attribute, Node node)
    {
        if (attribute is not { Name: "value", Kind: AttributeKind.Tensor } || !node.Name.Contains("self_attn", StringComparison.Ordinal))
        {
            return attribute;
        }

        return node.Name[(node.Name.LastIndexOf('/') + 1)..] switch
        {
            "Constant_3" or "Constant_8" or "Constant_13" => Attribute.Of("value", TensorData.Scalar((long)Heads)),
            "Constant_4" or "Constant_9" or "Constant_14" => Attribute.Of("value", TensorData.FromArray([(long)Heads], 1)),
            "Constant_15" => Attribute.Of("value", TensorData.Scalar(MathF.Sqrt(Width / Heads))),
            _ => attribute,
        };
    }

    private static void Fill(Span<float> weights, long[] shape)
    {
        float scale = shape.Length == 1 ? 1 : 1 / MathF.Sqrt(shape[0]);
        uint state = 2463534242;
        for (int i = 0; i < weights.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            weights[i] = ((state / (float)uint.MaxValue) - 0.5f) * 2 * scale;
        }
    }
}
