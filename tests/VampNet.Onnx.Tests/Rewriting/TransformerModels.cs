namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>
/// Small transformers operator for operator as PyTorch's exporters write them: a decoder with root-mean-square normalization, rotary
/// embedding from positions, groups of queries, a causal mask and a gated unit, and an encoder with a padding mask.
/// </summary>
internal sealed class TransformerModels
{
    private const int Vocabulary = 11;
    private const int Width = 24;
    private const int Heads = 6;
    private const int Groups = 2;
    private const int Size = 4;
    private const int Hidden = 40;

    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    private readonly GraphBuilder _g;
    private readonly ElementType _type;
    private int _seed;

    private TransformerModels(int opset, ElementType type)
    {
        _g = new GraphBuilder("g", opset);
        _type = type;
    }

    /// <summary>Token ids and a padding mask, both int64 [B,T], to logits [B,T,V].</summary>
    public static Model Decoder(ElementType type, int opset = 17, int layers = 2) =>
        new TransformerModels(opset, type).BuildDecoder(layers);

    /// <summary>Token ids and a padding mask, both int64 [B,T], to states [B,T,D].</summary>
    public static Model Encoder(ElementType type, int opset = 17, int layers = 2) =>
        new TransformerModels(opset, type).BuildEncoder(layers);

    private Model BuildDecoder(int layers)
    {
        Value ids = _g.Input("input_ids", ElementType.Int64, B, T);
        Value padding = _g.Input("attention_mask", ElementType.Int64, B, T);
        Value steps = Steps(ids);
        Value mask = CausalMask(steps, padding);
        (Value cos, Value sin) = Rotary(steps);
        Value x = _g.Node("Gather", "embedding", [Weight("embed_tokens", Vocabulary, Width), ids]);
        for (int i = 0; i < layers; i++)
        {
            using IDisposable scope = _g.Scope($"layers.{i}");
            x = _g.Node("Add", "residual", [x, SelfAttention(RmsNorm("input_norm", x), cos, sin, mask)]);
            x = _g.Node("Add", "output", [x, GatedUnit(RmsNorm("post_norm", x))]);
        }

        Value logits = MatMul("lm_head", RmsNorm("norm", x), Width, Vocabulary);
        return Finish(logits, "logits", Vocabulary);
    }

    private Model BuildEncoder(int layers)
    {
        Value ids = _g.Input("input_ids", ElementType.Int64, B, T);
        Value padding = _g.Input("attention_mask", ElementType.Int64, B, T);
        Value row = Unsqueeze("mask.rows", Unsqueeze("mask.row", padding, 1), 2);
        Value shown = Cast("mask.cast", row, _type);
        Value hidden = _g.Node("Sub", "mask.hidden", [Number(1), shown]);
        Value mask = _g.Node("Mul", "mask", [hidden, Number(_type == ElementType.Float ? float.MinValue : -65504)]);
        Value x = _g.Node("Gather", "embedding", [Weight("word_embeddings", Vocabulary, Width), ids]);
        for (int i = 0; i < layers; i++)
        {
            using IDisposable scope = _g.Scope($"layer.{i}");
            Value q = Heads4("query", Linear("query", x, Width, Width), Heads);
            Value k = _g.Node(
                "Transpose",
                "key.turned",
                [Heads4("key", Linear("key", x, Width, Width), Heads)],
                [("perm", new long[] { 0, 1, 3, 2 })]
            );
            Value v = Heads4("value", Linear("value", x, Width, Width), Heads);
            Value scores = _g.Node("Div", "scaled", [_g.Node("MatMul", "scores", [q, k]), Number(MathF.Sqrt(Size))]);
            Value weights = _g.Node("Softmax", "weights", [_g.Node("Add", "masked", [scores, mask])], [("axis", -1)]);
            x = LayerNorm(
                "attention_norm",
                _g.Node("Add", "residual", [Linear("dense", Join(_g.Node("MatMul", "mixed", [weights, v])), Width, Width), x])
            );
            Value inner = Gelu(Linear("intermediate", x, Width, Hidden));
            x = LayerNorm("output_norm", _g.Node("Add", "sum", [Linear("output", inner, Hidden, Width), x]));
        }

        return Finish(x, "last_hidden_state", Width);
    }

    private Model Finish(Value y, string name, int width)
    {
        _g.Output(Widen("result", y), name, ElementType.Float, B, T, width);
        return _g.Build();
    }

    private Value Steps(Value ids)
    {
        Value length = _g.Node("Gather", "length", [_g.Node("Shape", "ids.shape", [ids]), _g.Constant(1)], [("axis", 0)]);
        return _g.Node("Range", "cache_position", [_g.Constant(0), length, _g.Constant(1)]);
    }

    private Value CausalMask(Value steps, Value padding)
    {
        Value causal = _g.Node("LessOrEqual", "causal", [Unsqueeze("keys", steps, 0), Unsqueeze("queries", steps, 1)]);
        Value four = Unsqueeze("causal.four", Unsqueeze("causal.three", causal, 0), 1);
        Value rows = Unsqueeze("padding.rows", Unsqueeze("padding.row", Cast("padding.bool", padding, ElementType.Bool), 1), 2);
        return _g.Node(
            "Where",
            "mask",
            [_g.Node("And", "allowed", [four, rows]), Number(0), Number(_type == ElementType.Float ? float.MinValue : -65504)]
        );
    }

    private (Value Cos, Value Sin) Rotary(Value steps)
    {
        float[] frequencies = [.. Enumerable.Range(0, Size / 2).Select(i => MathF.Pow(10000, -2f * i / Size))];
        Value positions = Cast("positions", Unsqueeze("position_ids.row", Unsqueeze("position_ids", steps, 0), 1), ElementType.Float);
        Value product = _g.Node("MatMul", "freqs", [_g.Weight("inv_freq", TensorData.FromArray(frequencies, 1, Size / 2, 1)), positions]);
        Value freqs = _g.Node("Transpose", "freqs.turned", [product], [("perm", new long[] { 0, 2, 1 })]);
        Value twice = _g.Node("Concat", "emb", [freqs, freqs], [("axis", -1)]);
        return (
            Unsqueeze("cos", Narrow("cos.cast", _g.Node("Cos", "cosine", [twice])), 1),
            Unsqueeze("sin", Narrow("sin.cast", _g.Node("Sin", "sine", [twice])), 1)
        );
    }

    private Value SelfAttention(Value x, Value cos, Value sin, Value mask)
    {
        Value q = Rotate("q", Heads4("q", MatMul("q_proj", x, Width, Heads * Size), Heads), cos, sin);
        Value k = Rotate("k", Heads4("k", MatMul("k_proj", x, Width, Groups * Size), Groups), cos, sin);
        Value v = Heads4("v", MatMul("v_proj", x, Width, Groups * Size), Groups);
        Value turned = _g.Node("Transpose", "k.turned", [Repeat("k", k)], [("perm", new long[] { 0, 1, 3, 2 })]);
        Value scores = _g.Node("Mul", "scaled", [_g.Node("MatMul", "scores", [q, turned]), Number(1 / MathF.Sqrt(Size))]);
        Value wide = Widen("masked.wide", _g.Node("Add", "masked", [scores, mask]));
        Value weights = Narrow("weights.cast", _g.Node("Softmax", "weights", [wide], [("axis", -1)]));
        return MatMul("o_proj", Join(_g.Node("MatMul", "mixed", [weights, Repeat("v", v)])), Heads * Size, Width);
    }

    private Value Rotate(string name, Value x, Value cos, Value sin)
    {
        Value first = Half($"{name}.first", x, 0, Size / 2);
        Value second = Half($"{name}.second", x, Size / 2, long.MaxValue);
        Value turned = _g.Node("Concat", $"{name}.rotated", [_g.Node("Neg", $"{name}.minus", [second]), first], [("axis", -1)]);
        return _g.Node("Add", $"{name}.embed", [_g.Node("Mul", $"{name}.cos", [x, cos]), _g.Node("Mul", $"{name}.sin", [turned, sin])]);
    }

    private Value Half(string name, Value x, long start, long end) =>
        _g.Node("Slice", name, [x, _g.Constant([start]), _g.Constant([end]), _g.Constant([3L]), _g.Constant([1L])]);

    private Value Repeat(string name, Value x)
    {
        Value shape = _g.Node("Shape", $"{name}.shape", [x]);
        Value batch = _g.Node("Gather", $"{name}.batch", [shape, _g.Constant([0L])], [("axis", 0)]);
        Value time = _g.Node("Gather", $"{name}.time", [shape, _g.Constant([2L])], [("axis", 0)]);
        Value five = _g.Node(
            "Concat",
            $"{name}.five",
            [batch, _g.Constant([Groups]), _g.Constant([Heads / Groups]), time, _g.Constant([Size])],
            [("axis", 0)]
        );
        Value four = _g.Node("Concat", $"{name}.four", [batch, _g.Constant([Heads]), time, _g.Constant([Size])], [("axis", 0)]);
        return _g.Node("Reshape", $"{name}.all", [_g.Node("Expand", $"{name}.rows", [Unsqueeze($"{name}.row", x, 2), five]), four]);
    }

    private Value Heads4(string name, Value x, int heads) =>
        _g.Node(
            "Transpose",
            $"{name}.heads",
            [_g.Node("Reshape", $"{name}.split", [x, _g.Constant(0, 0, heads, Size)])],
            [("perm", new long[] { 0, 2, 1, 3 })]
        );

    private Value Join(Value mixed) =>
        _g.Node(
            "Reshape",
            "joined",
            [_g.Node("Transpose", "moved", [mixed], [("perm", new long[] { 0, 2, 1, 3 })]), _g.Constant(0, 0, -1)]
        );

    private Value GatedUnit(Value x)
    {
        Value gate = MatMul("gate_proj", x, Width, Hidden);
        Value swish = _g.Node("Mul", "swish", [gate, _g.Node("Sigmoid", "sigmoid", [gate])]);
        return MatMul("down_proj", _g.Node("Mul", "gated", [swish, MatMul("up_proj", x, Width, Hidden)]), Hidden, Width);
    }

    private Value RmsNorm(string name, Value x)
    {
        Value wide = Widen($"{name}.wide", x);
        Value square = _g.Node("Pow", $"{name}.square", [wide, _g.Constant(2f)]);
        Value mean =
            _g.Opset >= 18
                ? _g.Node("ReduceMean", $"{name}.mean", [square, _g.Constant([-1L])])
                : _g.Node("ReduceMean", $"{name}.mean", [square], [("axes", new long[] { -1 })]);
        Value root = _g.Node("Sqrt", $"{name}.root", [_g.Node("Add", $"{name}.shifted", [mean, _g.Constant(1e-6f)])]);
        Value normed = _g.Node("Mul", $"{name}.normed", [wide, _g.Node("Div", $"{name}.inverse", [_g.Constant(1f), root])]);
        return _g.Node("Mul", $"{name}.out", [Weight($"{name}.weight", Width), Narrow($"{name}.narrow", normed)]);
    }

    private Value LayerNorm(string name, Value x) =>
        _g.Node("LayerNormalization", name, [x, Weight($"{name}.weight", Width), Weight($"{name}.bias", Width)], [("axis", -1)]);

    private Value Gelu(Value x)
    {
        Value erf = _g.Node("Erf", "erf", [_g.Node("Div", "over", [x, Number(MathF.Sqrt(2))])]);
        return _g.Node("Mul", "gelu", [_g.Node("Mul", "x.erf", [x, _g.Node("Add", "gate", [erf, Number(1)])]), Number(0.5f)]);
    }

    private Value Linear(string name, Value x, int from, int to) =>
        _g.Node("Add", $"{name}.sum", [Weight($"{name}.bias", to), MatMul(name, x, from, to)]);

    private Value MatMul(string name, Value x, int from, int to) => _g.Node("MatMul", name, [x, Weight($"{name}.weight", from, to)]);

    private Value Unsqueeze(string name, Value x, long axis) => _g.Node("Unsqueeze", name, [x, _g.Constant([axis])]);

    private Value Cast(string name, Value x, ElementType to) => _g.Node("Cast", name, [x], [("to", (long)to)]);

    private Value Widen(string name, Value x) => _type == ElementType.Float ? x : Cast(name, x, ElementType.Float);

    private Value Narrow(string name, Value x) => _type == ElementType.Float ? x : Cast(name, x, _type);

    private Value Number(float value) =>
        _type == ElementType.Float ? _g.Constant(value) : _g.Constant($"const.half.{value}", TensorData.Scalar((System.Half)value));

    private Value Weight(string name, params long[] shape)
    {
        Random random = new(++_seed);
        double scale = shape.Length == 1 ? 0.2 : 1 / Math.Sqrt(shape[0]);
        double centre = name.Contains("norm.weight", StringComparison.Ordinal) ? 1 : 0;
        float[] values =
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (product, length) => product * length))
                .Select(_ => (float)(centre + (((random.NextDouble() * 2) - 1) * scale))),
        ];
        return _g.Weight(
            name,
            _type == ElementType.Float
                ? TensorData.FromArray(values, shape)
                : TensorData.FromArray(Array.ConvertAll(values, value => (System.Half)value), shape)
        );
    }
}
