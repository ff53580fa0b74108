using VampNet.Onnx;

namespace VampNet.Benchmarks;

/// <summary>
/// Gives a codec graph the shape that torch.onnx.export gives it: Snake between two reshapes to shapes computed in the
/// graph, with Pow and the reciprocal of alpha; the mean of the stacks as additions to zero and a division. The
/// convolutions, which do nearly all the work, and the quantizer stay as they are.
/// </summary>
internal static class ExporterShape
{
    public static void Apply(Model model)
    {
        Graph graph = model.Graph;
        foreach (Node sine in graph.Nodes.Where(node => node.Is("Sin")).ToArray())
        {
            SpellOutSnake(graph, sine);
        }

        foreach (Node mean in graph.Nodes.Where(node => node.Is("Mean")).ToArray())
        {
            SpellOutMean(graph, mean);
        }
    }

    private static void SpellOutSnake(Graph graph, Node sine)
    {
        Node phase = sine.Inputs[0]!.Producer!;
        Node output = sine.Outputs[0].Uses[0].Node.Outputs[0].Uses[0].Node.Outputs[0].Uses[0].Node;
        (Value x, Value alpha) = (phase.Inputs[0]!, phase.Inputs[1]!);
        Chain chain = new(graph, output, sine.Name);
        Value shape = chain.Add("Shape", x);
        Value batch = chain.Add("Unsqueeze", chain.Add("Gather", shape, chain.Constant(0L)), chain.Constant([0L]));
        Value channels = chain.Add("Unsqueeze", chain.Add("Gather", shape, chain.Constant(1L)), chain.Constant([0L]));
        Value folded = chain.Add("Concat", [batch, channels, chain.Constant([-1L])], ("axis", 0));
        Value flat = chain.Add("Reshape", x, folded);
        Value square = chain.Add("Pow", chain.Add("Sin", chain.Add("Mul", alpha, flat)), chain.Constant(2f));
        Value inverse = chain.Add("Reciprocal", chain.Add("Add", alpha, chain.Constant(1e-9f)));
        Value sum = chain.Add("Add", flat, chain.Add("Mul", inverse, square));
        Value result = chain.Add("Reshape", sum, chain.Add("Shape", x));
        Graph.ReplaceUses(output.Outputs[0], result);
        Node bump = output.Inputs[1]!.Producer!;
        Value tabulated = bump.Inputs[1]!;
        graph.RemoveNodes(new HashSet<Node> { output, bump, sine.Outputs[0].Uses[0].Node, sine, phase });
        graph.RemoveInitializer(tabulated);
    }

    private static void SpellOutMean(Graph graph, Node mean)
    {
        Chain chain = new(graph, mean, mean.Name);
        Value sum = chain.Add("Add", mean.Inputs[0]!, chain.Constant(0f));
        sum = mean.Inputs.Skip(1).Aggregate(sum, (total, stack) => chain.Add("Add", total, stack!));
        Graph.ReplaceUses(mean.Outputs[0], chain.Add("Div", sum, chain.Constant((float)mean.Inputs.Count)));
        graph.RemoveNodes(new HashSet<Node> { mean });
    }

    /// <summary>Inserts nodes before another, each with one new value.</summary>
    private sealed class Chain(Graph graph, Node before, string name)
    {
        public Value Add(string opType, params Value[] inputs) => Add(opType, inputs, []);

        public Value Add(string opType, Value[] inputs, params ReadOnlySpan<Onnx.Attribute> attributes)
        {
            return graph.InsertNode(before, opType, inputs, [graph.FreshName($"{name}.{opType}")], attributes).Outputs[0];
        }

        public Value Constant<T>(T value)
            where T : unmanaged => graph.AddInitializer(graph.FreshName($"{name}.constant"), TensorData.Scalar(value));

        public Value Constant(long[] values) =>
            graph.AddInitializer(graph.FreshName($"{name}.constant"), TensorData.FromArray(values, values.Length));
    }
}
