using System.Globalization;
using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>Writes graphs operator by operator as exporters do: constants as nodes or as initializers, axes as attributes or as inputs, by
/// opset; all numbers in one element type.</summary>
internal sealed class ExporterGraph
{
    private int _seed;
    private int _constants;

    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">Of weights and activations: float32 or float16.</param>
    /// <param name="isScripted">Whether constants are nodes, as TorchScript's exporter writes them, and not initializers.</param>
    public ExporterGraph(int opset, ElementType type, bool isScripted)
    {
        Builder = new GraphBuilder(isScripted ? "main_graph" : "main", opset);
        (Type, IsScripted) = (type, isScripted);
    }

    public GraphBuilder Builder { get; }

    public ElementType Type { get; }

    public bool IsScripted { get; }

    public int Opset => Builder.Opset;

    /// <summary>The least number of the type, which exporters write for minus infinity.</summary>
    public float Least => Type == ElementType.Float16 ? -65504 : float.MinValue;

    public Value Input(string name, params Dim[] shape) => Builder.Input(name, Type, shape);

    public Value Ids(string name, params Dim[] shape) => Builder.Input(name, ElementType.Int64, shape);

    public void Output(Value value, string name, params Dim[] shape) => Builder.Output(value, name, Type, shape);

    public Model Build() => Builder.Build();

    public Value Node(string opType, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<Attribute> attributes) =>
        Builder.Node(opType, $"/{opType}_{_seed++}", inputs, attributes);

    public Value[] Nodes(string opType, int outputs, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<Attribute> attributes) =>
        Builder.Nodes(
            opType,
            $"/{opType}_{_seed++}",
            inputs,
            [.. Enumerable.Range(0, outputs).Select(i => $"/{opType}_{_seed}_output_{i}")],
            attributes
        );

    /// <summary>A weight of seeded numbers, its variance that of a layer's initialisation.</summary>
    public Value Weight(params long[] shape) => Initializer(Random(shape, shape.Length == 1 ? 0.2 : 1.7 / Math.Sqrt(Fan(shape)), 0), shape);

    /// <summary>The factors of a normalization, near one.</summary>
    public Value Gain(params long[] shape) => Initializer(Random(shape, 0.3, 1), shape);

    public Value Initializer(float[] values, params long[] shape) => Builder.Weight($"w.{++_constants}", Data(values, shape));

    public Value Number(float value) => Constant(Data([value]));

    public Value Numbers(params float[] values) => Constant(Data(values, values.Length));

    public Value Integer(long value) => Constant(TensorData.Scalar(value));

    public Value Integers(params long[] values) => Constant(TensorData.FromArray(values, values.Length));

    public Value Constant(TensorData data) =>
        IsScripted
            ? Node("Constant", [], ("value", data))
            : Builder.Constant($"const_{(++_constants).ToString(CultureInfo.InvariantCulture)}", data);

    public TensorData Data(float[] values, params ReadOnlySpan<long> shape) =>
        Type == ElementType.Float16
            ? TensorData.FromArray(Array.ConvertAll(values, value => (Half)value), shape)
            : TensorData.FromArray(values, shape);

    public Value Cast(Value x, ElementType to) => Node("Cast", [x], ("to", (long)to));

    public Value Wide(Value x) => Type == ElementType.Float ? x : Cast(x, ElementType.Float);

    public Value Narrow(Value x) => Type == ElementType.Float ? x : Cast(x, Type);

    public Value Reshape(Value x, params long[] shape) => Node("Reshape", [x, Integers(shape)]);

    public Value Transpose(Value x, params long[] permutation) => Node("Transpose", [x], ("perm", permutation));

    public Value Concat(long axis, params Value[] parts) => Node("Concat", parts, ("axis", axis));

    public Value Softmax(Value x) => Node("Softmax", [x], ("axis", -1));

    public Value Slice(Value x, long axis, long start, long end) =>
        Opset < 10
            ? Node("Slice", [x], ("axes", new[] { axis }), ("starts", new[] { start }), ("ends", new[] { end }))
            : Node("Slice", [x, Integers(start), Integers(end), Integers(axis), Integers(1)]);

    public Value Unsqueeze(Value x, params long[] axes) =>
        Opset < 13 ? Node("Unsqueeze", [x], ("axes", axes)) : Node("Unsqueeze", [x, Integers(axes)]);

    public Value Squeeze(Value x, params long[] axes) =>
        Opset < 13 ? Node("Squeeze", [x], ("axes", axes)) : Node("Squeeze", [x, Integers(axes)]);

    public Value Mean(Value x, params long[] axes) =>
        Opset < 18
            ? Node("ReduceMean", [x], ("axes", axes), ("keepdims", 1))
            : Node("ReduceMean", [x, Integers(axes)], ("keepdims", 1), ("noop_with_empty_axes", 0));

    public Value[] Split(Value x, long axis, params long[] parts) =>
        Opset < 13
            ? Nodes("Split", parts.Length, [x], ("axis", axis), ("split", parts))
            : Nodes("Split", parts.Length, [x, Integers(parts)], ("axis", axis));

    /// <summary>One length of a value, as a scalar.</summary>
    public Value Length(Value x, long axis) => Node("Gather", [Node("Shape", [x]), Integer(axis)], ("axis", 0));

    /// <summary>One length of a value, as a row of one.</summary>
    public Value LengthRow(Value x, long axis) =>
        IsScripted ? Unsqueeze(Length(x, axis), 0) : Node("Shape", [x], ("start", axis), ("end", axis + 1));

    /// <summary>A linear layer of three axes, the weight as the exporter leaves it.</summary>
    public Value Linear(Value x, long from, long to, bool hasBias = true)
    {
        Value product = Node("MatMul", [x, Weight(from, to)]);
        return hasBias ? Node("Add", IsScripted ? [Weight(to), product] : [product, Weight(to)]) : product;
    }

    /// <summary>A linear layer of two axes.</summary>
    public Value Gemm(Value x, long from, long to) =>
        Node("Gemm", [x, Weight(to, from), Weight(to)], ("alpha", 1f), ("beta", 1f), ("transB", 1));

    /// <summary>Layer normalization: one operator from opset 17 on, else its decomposition.</summary>
    public Value LayerNorm(Value x, long width)
    {
        if (Opset >= 17)
        {
            return Node("LayerNormalization", [x, Gain(width), Weight(width)], ("axis", -1), ("epsilon", 1e-5f));
        }

        Value centred = Node("Sub", [x, Mean(x, -1)]);
        Value variance = Mean(Node("Pow", [centred, Number(2)]), -1);
        Value normed = Node("Div", [centred, Node("Sqrt", [Node("Add", [variance, Number(1e-5f)])])]);
        return Node("Add", [Node("Mul", [normed, Gain(width)]), Weight(width)]);
    }

    public Value RmsNorm(Value x, long width)
    {
        Value wide = Wide(x);
        Value square = Node("Pow", [wide, Constant(TensorData.Scalar(2f))]);
        Value root = Node("Sqrt", [Node("Add", [Mean(square, -1), Constant(TensorData.Scalar(1e-5f))])]);
        Value inverse = IsScripted ? Node("Div", [Constant(TensorData.Scalar(1f)), root]) : Node("Reciprocal", [root]);
        return Node("Mul", [Gain(width), Narrow(Node("Mul", [wide, inverse]))]);
    }

    public Value Gelu(Value x)
    {
        Value erf = Node("Erf", [Node("Div", [x, Number(MathF.Sqrt(2))])]);
        return Node("Mul", [Node("Mul", [x, Node("Add", [erf, Number(1)])]), Number(0.5f)]);
    }

    public Value TanhGelu(Value x)
    {
        Value cube = Node("Pow", [x, Number(3)]);
        Value inner = Node("Add", [x, Node("Mul", [cube, Number(0.044715f)])]);
        Value tanh = Node("Tanh", [Node("Mul", [inner, Number(0.7978845608f)])]);
        return Node("Mul", [Node("Mul", [x, Number(0.5f)]), Node("Add", [tanh, Number(1)])]);
    }

    public Value Silu(Value x) => Node("Mul", [x, Node("Sigmoid", [x])]);

    public Value Conv(Value x, long from, long to, long size, long stride = 1, long groups = 1, bool hasBias = true)
    {
        long edge = size / 2;
        Value weight = Weight(to, from / groups, size, size);
        return Node(
            "Conv",
            hasBias ? [x, weight, Weight(to)] : [x, weight],
            ("dilations", new long[] { 1, 1 }),
            ("group", groups),
            ("kernel_shape", new[] { size, size }),
            ("pads", new[] { edge, edge, edge, edge }),
            ("strides", new[] { stride, stride })
        );
    }

    /// <summary>Seeded numbers of normal spread.</summary>
    public float[] Random(long[] shape, double deviation, double centre)
    {
        Random random = new(++_seed);
        return
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (product, length) => product * length))
                .Select(_ => (float)(centre + (((random.NextDouble() * 2) - 1) * deviation))),
        ];
    }

    private static long Fan(long[] shape) =>
        shape.Length == 2 ? shape[0] : shape.Skip(1).Aggregate(1L, (product, length) => product * length);
}
