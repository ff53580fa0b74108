using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A speech synthesizer of the VITS family: attention with relative positions by padding and cutting, durations from random
/// numbers, which decide how long the sound is, a path from letters to frames by CumSum, a flow of gated convolutions, and an upsampling
/// decoder.</summary>
internal sealed class SpeechSynthesizer
{
    private const int Letters = 50;
    private const int Width = 32;
    private const int Heads = 2;
    private const int Size = Width / Heads;
    private const int Window = 4;
    private const int Latent = 16;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim T = Dim.Symbol("phonemes");
    private static readonly Dim S = Dim.Symbol("samples");

    private readonly ExporterGraph _g;

    private SpeechSynthesizer(ExporterGraph g) => _g = g;

    /// <summary>input [B,T], input_lengths [B] and scales [3] (noise, length, noise of the durations) to output [B,1,S].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    public static Model Build(int opset, ElementType type) => new SpeechSynthesizer(new ExporterGraph(opset, type, true)).Build();

    private Model Build()
    {
        Value ids = _g.Ids("input", B, T);
        Value lengths = _g.Ids("input_lengths", B);
        Value scales = _g.Input("scales", 3);
        Value mask = Mask(_g.Length(ids, 1), lengths);
        Value x = _g.Transpose(_g.Node("Gather", [_g.Weight(Letters, Width), ids]), 0, 2, 1);
        x = _g.Node("Mul", [Layer(_g.Node("Mul", [x, mask])), mask]);
        Value[] latent = _g.Split(Conv(x, Width, 2 * Latent, 1), 1, Latent, Latent);
        Value frames = Durations(x, mask, scales);
        Value total = _g.Node("ReduceSum", [frames, _g.Integers(1, 2)], ("keepdims", 0));
        Value counts = _g.Cast(_g.Node("Clip", [total, _g.Number(1)]), ElementType.Int64);
        Value most = _g.Node("ReduceMax", [counts], ("keepdims", 0));
        Value path = Path(frames, most, mask, ids);
        Value mean = Spread(path, latent[0]);
        Value deviation = _g.Node("Exp", [Spread(path, latent[1])]);
        Value noise = _g.Node("RandomNormalLike", [mean], ("mean", 0f), ("scale", 1f));
        Value drawn = _g.Node("Mul", [_g.Node("Mul", [noise, deviation]), _g.Node("Gather", [scales, _g.Integer(0)])]);
        Value sound = Decoder(Flow(_g.Node("Add", [mean, drawn]), Mask(most, counts)));
        _g.Output(sound, "output", B, 1, S);
        return _g.Build();
    }

    // [B,1,n]: 1 where a place lies within the length of its row.
    private Value Mask(Value length, Value lengths)
    {
        Value places = _g.Node("Range", [_g.Integer(0), length, _g.Integer(1)]);
        Value within = _g.Node("Less", [_g.Unsqueeze(places, 0), _g.Unsqueeze(lengths, 1)]);
        return _g.Unsqueeze(_g.Cast(within, _g.Type), 1);
    }

    private Value Layer(Value x)
    {
        (Value q, Value k, Value v) = (
            Heads4(Conv(x, Width, Width, 1)),
            Heads4(Conv(x, Width, Width, 1)),
            Heads4(Conv(x, Width, Width, 1))
        );
        Value scaled = _g.Node("Div", [q, _g.Number(MathF.Sqrt(Size))]);
        Value scores = _g.Node("MatMul", [scaled, _g.Transpose(k, 0, 1, 3, 2)]);
        Value mixed = _g.Node("MatMul", [_g.Softmax(_g.Node("Add", [scores, Relative(scaled)])), v]);
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.Integers(Width), _g.LengthRow(x, 2));
        Value joined = _g.Node("Reshape", [_g.Transpose(mixed, 0, 1, 3, 2), shape]);
        Value sum = _g.Node("Add", [x, Conv(joined, Width, Width, 1)]);
        return _g.Transpose(_g.LayerNorm(_g.Transpose(sum, 0, 2, 1), Width), 0, 2, 1);
    }

    private Value Heads4(Value x)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.Integers(Heads, Size), _g.LengthRow(x, 2));
        return _g.Transpose(_g.Node("Reshape", [x, shape]), 0, 1, 3, 2);
    }

    // Products with an embedding for each distance of -4..4, moved from distances to places.
    private Value Relative(Value q)
    {
        Value length = _g.Length(q, 2);
        Value row = _g.Unsqueeze(length, 0);
        Value twice = _g.Node("Sub", [_g.Node("Mul", [row, _g.Integers(2)]), _g.Integers(1)]);
        Value missing = _g.Node("Max", [_g.Node("Sub", [row, _g.Integers(Window + 1)]), _g.Integers(0)]);
        Value edges = _g.Concat(0, _g.Integers(0), missing, _g.Integers(0, 0), missing, _g.Integers(0));
        Value all = _g.Node("Pad", [_g.Weight(1, (2 * Window) + 1, Size), edges, _g.Number(0)], ("mode", "constant"));
        Value start = _g.Node("Max", [_g.Node("Sub", [_g.Integers(Window + 1), row]), _g.Integers(0)]);
        Value used = _g.Node("Slice", [all, start, _g.Node("Add", [start, twice]), _g.Integers(1), _g.Integers(1)]);
        Value logits = _g.Node("MatMul", [q, _g.Transpose(_g.Unsqueeze(used, 0), 0, 1, 3, 2)]);
        Value batch = _g.LengthRow(q, 0);
        Value wide = _g.Node("Pad", [logits, _g.Integers(0, 0, 0, 0, 0, 0, 0, 1), _g.Number(0)], ("mode", "constant"));
        Value flat = _g.Node("Reshape", [wide, _g.Concat(0, batch, _g.Integers(Heads, -1))]);
        Value rest = _g.Node("Sub", [row, _g.Integers(1)]);
        Value padded = _g.Node("Pad", [flat, _g.Concat(0, _g.Integers(0, 0, 0, 0, 0), rest), _g.Number(0)], ("mode", "constant"));
        Value shape = _g.Concat(0, batch, _g.Integers(Heads), _g.Node("Add", [row, _g.Integers(1)]), twice);
        Value square = _g.Node("Reshape", [padded, shape]);
        Value rows = _g.Node("Slice", [square, _g.Integers(0), row, _g.Integers(2), _g.Integers(1)]);
        return _g.Node("Slice", [rows, rest, _g.Integers(long.MaxValue), _g.Integers(3), _g.Integers(1)]);
    }

    // [B,1,T] whole numbers of frames; numbers outside -1..1 go past the flow.
    private Value Durations(Value x, Value mask, Value scales)
    {
        Value noise = _g.Node("RandomNormalLike", [_g.Slice(x, 1, 0, 1)], ("mean", 0f), ("scale", 1f));
        Value z = _g.Node("Mul", [noise, _g.Node("Gather", [scales, _g.Integer(2)])]);
        Value inside = _g.Transpose(_g.Node("NonZero", [_g.Node("Less", [_g.Node("Abs", [z]), _g.Number(1)])]), 1, 0);
        Value moved = _g.Node("Sin", [_g.Node("GatherND", [z, inside])]);
        Value logarithm = _g.Node("Add", [_g.Node("ScatterND", [z, inside, moved]), Conv(x, Width, 1, 3)]);
        Value frames = _g.Node("Mul", [_g.Node("Exp", [_g.Node("Mul", [logarithm, _g.Number(0.3f)])]), mask]);
        return _g.Node("Ceil", [_g.Node("Mul", [frames, _g.Node("Gather", [scales, _g.Integer(1)])])]);
    }

    // [B,T,frames]: 1 where a frame belongs to a letter.
    private Value Path(Value frames, Value most, Value mask, Value ids)
    {
        Value ends = _g.Reshape(_g.Narrow(_g.Node("CumSum", [_g.Wide(frames), _g.Integer(-1)])), -1);
        Value places = _g.Cast(_g.Node("Range", [_g.Integer(0), most, _g.Integer(1)]), _g.Type);
        Value before = _g.Cast(_g.Node("Less", [_g.Unsqueeze(places, 0), _g.Unsqueeze(ends, 1)]), _g.Type);
        Value shape = _g.Concat(0, _g.LengthRow(ids, 0), _g.LengthRow(ids, 1), _g.Unsqueeze(most, 0));
        Value reached = _g.Node("Reshape", [before, shape]);
        Value shifted = _g.Node("Pad", [reached, _g.Integers(0, 1, 0, 0, 0, 0), _g.Number(0)], ("mode", "constant"));
        Value earlier = _g.Slice(shifted, 1, 0, -1);
        return _g.Node("Mul", [_g.Node("Sub", [reached, earlier]), _g.Transpose(mask, 0, 2, 1)]);
    }

    private Value Spread(Value path, Value x) => _g.Node("MatMul", [x, path]);

    private Value Flow(Value z, Value mask)
    {
        Value flipped = _g.Node("Slice", [z, _g.Integers(-1), _g.Integers(long.MinValue), _g.Integers(1), _g.Integers(-1)]);
        Value[] halves = _g.Split(flipped, 1, Latent / 2, Latent / 2);
        Value opened = Conv(halves[0], Latent / 2, 2 * Width, 5);
        Value gate = _g.Node("Sigmoid", [_g.Slice(opened, 1, Width, long.MaxValue)]);
        Value gated = _g.Node("Mul", [_g.Node("Tanh", [_g.Slice(opened, 1, 0, Width)]), gate]);
        Value moved = _g.Node("Sub", [halves[1], _g.Node("Mul", [Conv(gated, Width, Latent / 2, 1), mask])]);
        return _g.Node("Mul", [_g.Concat(1, halves[0], moved), mask]);
    }

    private Value Decoder(Value z)
    {
        Value x = _g.Node("LeakyRelu", [Conv(z, Latent, Width, 7)], ("alpha", 0.1f));
        x = _g.Node(
            "ConvTranspose",
            [x, _g.Weight(Width, Latent, 8), _g.Weight(Latent)],
            ("kernel_shape", new long[] { 8 }),
            ("pads", new long[] { 2, 2 }),
            ("strides", new long[] { 4 })
        );
        Value inner = Conv(_g.Node("LeakyRelu", [x], ("alpha", 0.1f)), Latent, Latent, 3);
        x = _g.Node("LeakyRelu", [_g.Node("Add", [x, inner])], ("alpha", 0.01f));
        return _g.Node("Tanh", [Conv(x, Latent, 1, 7)]);
    }

    private Value Conv(Value x, int from, int to, int size)
    {
        long edge = size / 2;
        return _g.Node(
            "Conv",
            [x, _g.Weight(to, from, size), _g.Weight(to)],
            ("kernel_shape", new long[] { size }),
            ("pads", new[] { edge, edge }),
            ("strides", new long[] { 1 })
        );
    }
}
