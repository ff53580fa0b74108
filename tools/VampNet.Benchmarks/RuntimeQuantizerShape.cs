using System.Numerics.Tensors;
using VampNet.Onnx;

namespace VampNet.Benchmarks;

/// <summary>
/// Quantizes a graph as onnxruntime.quantization.quantize_dynamic does with its defaults, operator for operator: MatMul with
/// constant weights becomes MatMulInteger, Conv becomes ConvInteger with its bias added as integers, and Gather of a constant table
/// reads int8. Weights are symmetric int8 with one scale per tensor; activations are uint8, measured while the graph runs. A value
/// that several nodes read is quantized once.
/// </summary>
internal static class RuntimeQuantizerShape
{
    private const float Steps = 127;

    public static void Apply(Model model)
    {
        Graph graph = model.Graph;
        Dictionary<Value, Quantized> activations = [];
        Dictionary<Value, Quantized> weights = [];
        HashSet<Node> replaced = [];
        foreach (Node node in graph.Nodes.ToArray())
        {
            Value? weight = node.OpType switch
            {
                "MatMul" or "Conv" => node.Inputs[1],
                "Gather" => node.Inputs[0],
                _ => null,
            };
            if (weight?.Constant is not { ElementType: ElementType.Float } table)
            {
                continue;
            }

            if (!weights.TryGetValue(weight, out Quantized? integers))
            {
                weights[weight] = integers = OfWeight(graph, weight, table);
            }

            Value result = node.OpType == "Gather" ? Look(graph, node, integers) : Multiply(graph, node, integers, activations);
            Graph.ReplaceUses(node.Outputs[0], result);
            replaced.Add(node);
        }

        graph.RemoveNodes(replaced);
        foreach (Value weight in weights.Keys.Where(weight => weight.Uses.Count == 0))
        {
            graph.RemoveInitializer(weight);
        }
    }

    private static Quantized OfWeight(Graph graph, Value weight, TensorData data)
    {
        float[] values = data.ToArray<float>();
        float scale = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(values)) / Steps, float.Epsilon);
        sbyte[] integers = [.. values.Select(value => (sbyte)Math.Clamp(MathF.Round(value / scale), -Steps, Steps))];
        return new(
            graph.AddInitializer(graph.FreshName($"{weight.Name}_quantized"), TensorData.FromArray(integers, [.. data.Shape])),
            graph.AddInitializer(graph.FreshName($"{weight.Name}_scale"), TensorData.Scalar(scale)),
            graph.AddInitializer(graph.FreshName($"{weight.Name}_zero_point"), TensorData.Scalar((sbyte)0))
        );
    }

    private static Value Look(Graph graph, Node node, Quantized table)
    {
        Value found = Insert(graph, node, "Gather", [table.Integers, node.Inputs[1]!], [.. node.Attributes]);
        return Insert(graph, node, "DequantizeLinear", [found, table.Scale, table.ZeroPoint]);
    }

    private static Value Multiply(Graph graph, Node node, Quantized weight, Dictionary<Value, Quantized> activations)
    {
        Value read = node.Inputs[0]!;
        if (!activations.TryGetValue(read, out Quantized? activation))
        {
            string name = graph.FreshName($"{read.Name}_quantized");
            Node measured = graph.InsertNode(
                node,
                "DynamicQuantizeLinear",
                [read],
                [name, graph.FreshName($"{name}_scale"), graph.FreshName($"{name}_zero_point")],
                []
            );
            activations[read] = activation = new(measured.Outputs[0], measured.Outputs[1], measured.Outputs[2]);
        }

        Value scale = Insert(graph, node, "Mul", [activation.Scale, weight.Scale]);
        Value sums = Insert(
            graph,
            node,
            node.Is("Conv") ? "ConvInteger" : "MatMulInteger",
            [activation.Integers, weight.Integers, activation.ZeroPoint, weight.ZeroPoint],
            [.. node.Attributes]
        );
        if (node.Inputs is [_, _, { } bias])
        {
            // The bias in steps of the product, rounded, then shaped [1,C,1,...] for the addition.
            Value steps = Insert(graph, node, "Floor", [Insert(graph, node, "Div", [bias, scale])]);
            Value integers = Insert(graph, node, "Cast", [steps], ("to", (long)ElementType.Int32));
            long[] shape = [1, -1, .. Enumerable.Repeat(1L, node.Inputs[1]!.Constant!.Shape.Length - 2)];
            Value target = graph.AddInitializer(graph.FreshName($"{bias.Name}_shape"), TensorData.FromArray(shape, shape.Length));
            sums = Insert(graph, node, "Add", [sums, Insert(graph, node, "Reshape", [integers, target])]);
        }

        return Insert(graph, node, "Mul", [Insert(graph, node, "Cast", [sums], ("to", (long)ElementType.Float)), scale]);
    }

    private static Value Insert(Graph graph, Node before, string opType, Value[] inputs, params ReadOnlySpan<Onnx.Attribute> attributes) =>
        graph.InsertNode(before, opType, inputs, [graph.FreshName($"{before.Name}_{opType}")], attributes).Outputs[0];

    private sealed record Quantized(Value Integers, Value Scale, Value ZeroPoint);
}
