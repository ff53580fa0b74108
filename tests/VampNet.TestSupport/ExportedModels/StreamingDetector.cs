using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A voice detector that runs on a stream: a sampling rate chooses one of two networks by If, each of a transform by convolution,
/// convolutions, and an LSTM whose state goes in and out; a Loop smooths what it finds.</summary>
internal sealed class StreamingDetector
{
    private const int Hidden = 32;
    private const int Bins = 33;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim S = Dim.Symbol("samples");

    private readonly ExporterGraph _g;

    private StreamingDetector(ExporterGraph g) => _g = g;

    /// <summary>input [B,S], state [2,B,32] and sr int64 to output [B,1] and stateN [2,B,32].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    public static Model Build(int opset, ElementType type) => new StreamingDetector(new ExporterGraph(opset, type, true)).Build();

    private Model Build()
    {
        Value input = _g.Input("input", B, S);
        Value state = _g.Input("state", 2, B, Hidden);
        Value rate = _g.Builder.Input("sr", ElementType.Int64);
        Value isWide = _g.Node("Equal", [rate, _g.Integer(16000)]);
        Value[] chosen = _g.Nodes(
            "If",
            2,
            [isWide],
            Attribute.Of("then_branch", Branch("wide", input, state, 64, 32)),
            Attribute.Of("else_branch", Branch("narrow", input, state, 64, 16))
        );
        Value smooth = Smoothed(chosen[0]);
        _g.Output(smooth, "output", B, 1);
        _g.Output(chosen[1], "stateN", 2, B, Hidden);
        return _g.Build();
    }

    private Graph Branch(string name, Value input, Value state, int window, int hop)
    {
        ExporterGraph inner = new(_g.Opset, _g.Type, true);
        using IDisposable scope = inner.Builder.Scope(name);
        Graph graph = inner.Builder.Graph;
        graph.Name = name;
        Value signal = inner.Unsqueeze(input, 1);
        Value basis = inner.Weight(2 * Bins, 1, window);
        Value transform = inner.Node("Conv", [signal, basis], ("kernel_shape", new long[] { window }), ("strides", new long[] { hop }));
        Value real = inner.Slice(transform, 1, 0, Bins);
        Value imaginary = inner.Slice(transform, 1, Bins, long.MaxValue);
        Value two = inner.Number(2);
        Value power = inner.Node("Add", [inner.Node("Pow", [real, two]), inner.Node("Pow", [imaginary, two])]);
        Value x = inner.Node("Sqrt", [power]);
        x = inner.Node("Relu", [Conv(inner, x, Bins, 24)]);
        x = inner.Node("Relu", [Conv(inner, x, 24, Hidden)]);
        Value steps = inner.Transpose(x, 2, 0, 1);
        Value hidden = inner.Slice(state, 0, 0, 1);
        Value cell = inner.Slice(state, 0, 1, 2);
        Value[] lstm = inner.Nodes(
            "LSTM",
            3,
            [
                steps,
                inner.Weight(1, 4 * Hidden, Hidden),
                inner.Weight(1, 4 * Hidden, Hidden),
                inner.Weight(1, 8 * Hidden),
                null,
                hidden,
                cell,
            ],
            ("hidden_size", Hidden)
        );
        Value features = inner.Node("Relu", [inner.Transpose(inner.Squeeze(lstm[0], 1), 1, 2, 0)]);
        Value weight = inner.Weight(1, Hidden, 1);
        Value likely = inner.Node("Sigmoid", [inner.Node("Conv", [features, weight], ("kernel_shape", new long[] { 1 }))]);
        Value mean = inner.Mean(likely, 2);
        graph.AddOutput(inner.Squeeze(mean, 2));
        graph.AddOutput(inner.Concat(0, lstm[1], lstm[2]));
        return graph;
    }

    private static Value Conv(ExporterGraph g, Value x, int from, int to) =>
        g.Node(
            "Conv",
            [x, g.Weight(to, from, 3), g.Weight(to)],
            ("kernel_shape", new long[] { 3 }),
            ("pads", new long[] { 1, 1 }),
            ("strides", new long[] { 1 })
        );

    // Three steps of y = y * 0.5 + x * 0.5 from zero.
    private Value Smoothed(Value x)
    {
        ExporterGraph body = new(_g.Opset, _g.Type, true);
        using IDisposable scope = body.Builder.Scope("smooth");
        Graph graph = body.Builder.Graph;
        graph.Name = "body";
        _ = graph.AddInput("smooth.step", new TensorType(ElementType.Int64, new TensorShape([])));
        Value going = graph.AddInput("smooth.going", new TensorType(ElementType.Bool, new TensorShape([])));
        Value y = graph.AddInput("smooth.y", new TensorType(_g.Type, new TensorShape([B, Dim.One])));
        Value half = body.Node("Mul", [y, body.Number(0.5f)]);
        Value next = body.Node("Add", [half, body.Node("Mul", [x, body.Number(0.5f)])]);
        graph.AddOutput(body.Node("Identity", [going]));
        graph.AddOutput(next);
        Value start = _g.Node("Sub", [x, x]);
        Value truth = _g.Constant(TensorData.Scalar(true));
        return _g.Nodes("Loop", 1, [_g.Integer(3), truth, start], Attribute.Of("body", graph))[0];
    }
}
