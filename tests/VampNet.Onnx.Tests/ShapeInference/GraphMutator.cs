namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Damages graphs in ways that a file format cannot catch: wiring, types, attributes, operators, constants. The same seed, the
/// same damage.</summary>
internal static class GraphMutator
{
    private static readonly long[] Numbers =
    [
        long.MinValue,
        int.MinValue,
        -1_000_000_007,
        -3,
        -2,
        -1,
        0,
        1,
        2,
        3,
        5,
        64,
        int.MaxValue,
        1L << 40,
        long.MaxValue,
    ];

    private static readonly string[] AttributeNames =
    [
        "axis",
        "axes",
        "perm",
        "pads",
        "strides",
        "dilations",
        "kernel_shape",
        "group",
        "to",
        "keepdims",
        "num_outputs",
        "blocksize",
        "batch_dims",
        "output_shape",
        "output_padding",
        "auto_pad",
        "equation",
        "dtype",
        "hidden_size",
        "layout",
        "direction",
        "num_scan_inputs",
        "scan_input_axes",
        "start",
        "end",
        "reduction",
        "ceil_mode",
        "split",
        "allowzero",
        "output_dtype",
        "K",
        "N",
        "num_heads",
        "q_num_heads",
        "kv_num_heads",
        "shape",
        "value",
    ];

    private static readonly string[] Texts = ["", "SAME_UPPER", "VALID", "ij,jk->ik", "...i,->", "i->j", "bidirectional", "none", "\0"];

    /// <summary>One to three changes.</summary>
    /// <param name="model">The model to damage.</param>
    /// <param name="opTypes">Operators to put in the place of others.</param>
    /// <param name="random">The source of all choices.</param>
    public static void Mutate(Model model, IReadOnlyList<(string Domain, string OpType)> opTypes, Random random)
    {
        Graph[] graphs = model.AllGraphs().ToArray();
        Node[] nodes = graphs.SelectMany(static graph => graph.Nodes).ToArray();
        Value[] values = graphs.SelectMany(static graph => graph.Values()).ToArray();
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            Node node = Pick(nodes, random);
            switch (random.Next(8))
            {
                case 0 when node.Inputs.Count > 0:
                    node.SetInput(random.Next(node.Inputs.Count), random.Next(5) == 0 ? null : Pick(values, random));
                    break;
                case 1:
                    node.SetInput(node.Inputs.Count, Pick(values, random));
                    break;
                case 2:
                    Pick(values, random).Type = RandomType(random);
                    break;
                case 3:
                    MakeConstant(model.Graph, random);
                    break;
                case 4:
                    (node.Domain, node.OpType) = Pick(opTypes, random);
                    break;
                case 5:
                    model.OpsetImports[""] = random.Next(0, 25);
                    break;
                case 6 when node.Attributes.Count > 0:
                    node.Attributes.Set(RandomAttribute(Pick([.. node.Attributes], random).Name, random));
                    break;
                default:
                    node.Attributes.Set(RandomAttribute(Pick(AttributeNames, random), random));
                    break;
            }
        }
    }

    /// <summary>Gives an input of the main graph contents: a hostile parameter.</summary>
    private static void MakeConstant(Graph graph, Random random)
    {
        if (graph.Inputs.Count == 0)
        {
            return;
        }

        Value input = Pick(graph.Inputs, random);
        int count = random.Next(0, 6);
        TensorData data = random.Next(3) switch
        {
            0 => TensorData.FromArray([.. Enumerable.Range(0, count).Select(_ => (float)Pick(Numbers, random))], count),
            1 => TensorData.Scalar(Pick(Numbers, random)),
            _ => TensorData.FromArray([.. Enumerable.Range(0, count).Select(_ => Pick(Numbers, random))], count),
        };
        Graph.ReplaceUses(input, graph.AddInitializer(graph.FreshName("constant"), data));
    }

    private static Attribute RandomAttribute(string name, Random random) =>
        random.Next(6) switch
        {
            0 => Attribute.Of(name, (float)Pick(Numbers, random)),
            1 => Attribute.Of(name, Pick(Texts, random)),
            2 => Attribute.Of(name, TensorData.Scalar(Pick(Numbers, random))),
            3 => Attribute.Of(name, Pick(Numbers, random)),
            _ => Attribute.Of(name, [.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => Pick(Numbers, random))]),
        };

    private static ValueType? RandomType(Random random)
    {
        var element = (ElementType)random.Next(-1, 30);
        Dim[] dims =
        [
            .. Enumerable
                .Range(0, random.Next(0, 7))
                .Select(_ =>
                    random.Next(4) switch
                    {
                        0 => Dim.Unknown(),
                        1 => Dim.Symbol(Pick(Texts[1..3], random)),
                        2 => Dim.Of(Math.Max(0, Pick(Numbers, random))),
                        _ => Dim.Of(random.Next(0, 9)),
                    }
                ),
        ];
        var tensor = new TensorType(element, random.Next(5) == 0 ? null : new TensorShape(dims));
        return random.Next(8) switch
        {
            0 => null,
            1 => new SequenceType(tensor),
            2 => new OptionalType(random.Next(2) == 0 ? null : new SequenceType(tensor)),
            3 => new SparseTensorType(element, tensor.Shape),
            4 => new MapType(element, tensor),
            _ => tensor,
        };
    }

    private static T Pick<T>(IReadOnlyList<T> items, Random random) => items[random.Next(items.Count)];
}
