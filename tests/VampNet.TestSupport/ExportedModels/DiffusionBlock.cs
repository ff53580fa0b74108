using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A small UNet of the Stable Diffusion family: group normalization as InstanceNormalization between Reshapes, SiLU, embedded
/// time steps, attention over pixels and over a text, a gated GELU, a step down and a step up.</summary>
internal sealed class DiffusionBlock
{
    private const int Channels = 32;
    private const int Groups = 8;
    private const int Heads = 2;
    private const int Size = Channels / Heads;
    private const int Context = 24;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim H = Dim.Symbol("height");
    private static readonly Dim W = Dim.Symbol("width");
    private static readonly Dim S = Dim.Symbol("text");

    private readonly ExporterGraph _g;
    private readonly bool _joinsBatch;

    private DiffusionBlock(ExporterGraph g, bool joinsBatch) => (_g, _joinsBatch) = (g, joinsBatch);

    /// <summary>sample [B,4,H,W], timestep [B] and encoder_hidden_states [B,S,C] to out_sample [B,4,H,W].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    /// <param name="isScripted">Whether TorchScript's exporter writes it, not dynamo.</param>
    /// <param name="joinsBatch">Whether attention has three axes, batch and heads in one.</param>
    public static Model Build(int opset, ElementType type, bool isScripted, bool joinsBatch) =>
        new DiffusionBlock(new ExporterGraph(opset, type, isScripted), joinsBatch).Build();

    private Model Build()
    {
        Value sample = _g.Input("sample", B, 4, H, W);
        Value step = _g.Input("timestep", B);
        Value text = _g.Input("encoder_hidden_states", B, S, Context);
        Value time = Time(step);
        Value x = _g.Conv(sample, 4, Channels, 3);
        Value first = ResNet(x, Channels, Channels, time);
        Value down = _g.Conv(first, Channels, Channels, 3, stride: 2);
        down = Transformer(ResNet(down, Channels, Channels, time), text);
        Value up = _g.Conv(Upsample(down, first), Channels, Channels, 3);
        Value joined = _g.Concat(1, up, first);
        x = ResNet(joined, 2 * Channels, Channels, time);
        _g.Output(_g.Conv(_g.Silu(GroupNorm(x, Channels)), Channels, 4, 3), "out_sample", B, 4, H, W);
        return _g.Build();
    }

    private Value Time(Value step)
    {
        float[] frequencies = [.. Enumerable.Range(0, 8).Select(i => MathF.Pow(10000, -i / 8f))];
        Value wide = _g.Wide(_g.Unsqueeze(step, 1));
        Value angles = _g.Node("Mul", [wide, _g.Constant(TensorData.FromArray(frequencies, 1, 8))]);
        Value embedded = _g.Narrow(_g.Concat(-1, _g.Node("Cos", [angles]), _g.Node("Sin", [angles])));
        return _g.Gemm(_g.Silu(_g.Gemm(embedded, 16, 64)), 64, 64);
    }

    private Value ResNet(Value x, int from, int to, Value time)
    {
        Value y = _g.Conv(_g.Silu(GroupNorm(x, from)), from, to, 3);
        Value shift = _g.Unsqueeze(_g.Unsqueeze(_g.Gemm(_g.Silu(time), 64, to), 2), 3);
        y = _g.Node("Add", [y, shift]);
        y = _g.Conv(_g.Silu(GroupNorm(y, to)), to, to, 3);
        Value kept = from == to ? x : _g.Conv(x, from, to, 1);
        return _g.Node("Add", [kept, y]);
    }

    private Value GroupNorm(Value x, int channels)
    {
        Value shape = _g.Node("Shape", [x]);
        Value rows = _g.Reshape(x, 0, Groups, -1);
        Value ones = _g.Numbers([.. Enumerable.Repeat(1f, Groups)]);
        Value zeros = _g.Numbers(new float[Groups]);
        Value normed = _g.Node("InstanceNormalization", [rows, ones, zeros], ("epsilon", 1e-5f));
        Value back = _g.Node("Reshape", [normed, shape]);
        Value scaled = _g.Node("Mul", [back, _g.Gain(channels, 1, 1)]);
        return _g.Node("Add", [scaled, _g.Weight(channels, 1, 1)]);
    }

    private Value Transformer(Value x, Value text)
    {
        Value pixels = _g.Concat(0, _g.LengthRow(x, 0), _g.Integers(-1), _g.Integers(Channels));
        Value y = _g.Conv(GroupNorm(x, Channels), Channels, Channels, 1);
        y = _g.Node("Reshape", [_g.Transpose(y, 0, 2, 3, 1), pixels]);
        Value normed = _g.LayerNorm(y, Channels);
        y = _g.Node("Add", [Attention(normed, normed, Channels), y]);
        y = _g.Node("Add", [Attention(_g.LayerNorm(y, Channels), text, Context), y]);
        y = _g.Node("Add", [GatedGelu(_g.LayerNorm(y, Channels)), y]);
        Value back = _g.Node(
            "Reshape",
            [y, _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 2), _g.LengthRow(x, 3), _g.Integers(Channels))]
        );
        Value image = _g.Conv(_g.Transpose(back, 0, 3, 1, 2), Channels, Channels, 1);
        return _g.Node("Add", [image, x]);
    }

    private Value Attention(Value x, Value source, int width)
    {
        Value q = _g.Linear(x, Channels, Channels, hasBias: false);
        Value k = _g.Linear(source, width, Channels, hasBias: false);
        Value v = _g.Linear(source, width, Channels, hasBias: false);
        return _g.Linear(_joinsBatch ? Joined(q, k, v) : Apart(q, k, v), Channels, Channels);
    }

    private Value Apart(Value q, Value k, Value v)
    {
        float root = MathF.Sqrt(1 / MathF.Sqrt(Size));
        Value query = _g.Node("Mul", [Split(q), _g.Number(root)]);
        Value key = _g.Node("Mul", [_g.Transpose(Split(k), 0, 1, 3, 2), _g.Number(root)]);
        Value mixed = _g.Node("MatMul", [_g.Softmax(_g.Node("MatMul", [query, key])), Split(v)]);
        Value shape = _g.Concat(0, _g.LengthRow(q, 0), _g.Integers(-1), _g.Integers(Channels));
        return _g.Node("Reshape", [_g.Transpose(mixed, 0, 2, 1, 3), shape]);
    }

    private Value Joined(Value q, Value k, Value v)
    {
        Value query = Rows(q);
        Value key = Rows(k);
        Value scores = _g.Node("Mul", [_g.Node("MatMul", [query, _g.Transpose(key, 0, 2, 1)]), _g.Number(1 / MathF.Sqrt(Size))]);
        Value mixed = _g.Node("MatMul", [_g.Softmax(scores), Rows(v)]);
        Value four = _g.Concat(0, _g.LengthRow(q, 0), _g.Integers(Heads), _g.LengthRow(q, 1), _g.Integers(Size));
        Value moved = _g.Transpose(_g.Node("Reshape", [mixed, four]), 0, 2, 1, 3);
        return _g.Node("Reshape", [moved, _g.Concat(0, _g.LengthRow(q, 0), _g.LengthRow(q, 1), _g.Integers(Channels))]);
    }

    private Value Rows(Value x)
    {
        Value heads = _g.Node("Mul", [_g.LengthRow(x, 0), _g.Integers(Heads)]);
        return _g.Node("Reshape", [Split(x), _g.Concat(0, heads, _g.LengthRow(x, 1), _g.Integers(Size))]);
    }

    private Value Split(Value x)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.Integers(-1), _g.Integers(Heads), _g.Integers(Size));
        return _g.Transpose(_g.Node("Reshape", [x, shape]), 0, 2, 1, 3);
    }

    private Value GatedGelu(Value x)
    {
        Value[] parts = _g.Split(_g.Linear(x, Channels, 4 * Channels), 2, 2 * Channels, 2 * Channels);
        return _g.Linear(_g.Node("Mul", [parts[0], _g.Gelu(parts[1])]), 2 * Channels, Channels);
    }

    private Value Upsample(Value x, Value like)
    {
        Value head = _g.Slice(_g.Node("Shape", [x]), 0, 0, 2);
        Value tail = _g.Slice(_g.Node("Shape", [like]), 0, 2, 4);
        return _g.Node(
            "Resize",
            [x, null, null, _g.Concat(0, head, tail)],
            ("coordinate_transformation_mode", "asymmetric"),
            ("mode", "nearest"),
            ("nearest_mode", "floor")
        );
    }
}
