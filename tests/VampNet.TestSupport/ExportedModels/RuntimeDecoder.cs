using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A language model as ONNX Runtime's model builder writes it, of operators of its own domain: GroupQueryAttention with rotary
/// tables and a cache, SkipSimplifiedLayerNormalization, and a table of blocks of 8 bits.</summary>
internal sealed class RuntimeDecoder
{
    private const int Vocabulary = 96;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Groups = 2;
    private const int Size = Width / Heads;
    private const int Hidden = 128;
    private const int MostPositions = 64;
    private const int Block = 32;

    private static readonly Dim B = Dim.Symbol("batch_size");
    private static readonly Dim T = Dim.Symbol("sequence_length");
    private static readonly Dim P = Dim.Symbol("past_sequence_length");
    private static readonly Dim S = Dim.Symbol("total_sequence_length");

    private readonly ExporterGraph _g;

    private RuntimeDecoder(ExporterGraph g) => _g = g;

    /// <summary>input_ids [B,T], attention_mask [B,S] and past keys and values [B,groups,P,H] to logits [B,T,V] and the present
    /// ones.</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    public static Model Build(int opset, ElementType type) => new RuntimeDecoder(new ExporterGraph(opset, type, false)).Build();

    private Model Build()
    {
        Value ids = _g.Ids("input_ids", B, T);
        Value mask = _g.Ids("attention_mask", B, S);
        Value key = _g.Input("past_key_values.0.key", B, Groups, P, Size);
        Value value = _g.Input("past_key_values.0.value", B, Groups, P, Size);
        Value x = Embedded(ids);
        Value normed = _g.Node("SimplifiedLayerNormalization", [x, _g.Gain(Width)], ("axis", -1), ("epsilon", 1e-5f), ("stash_type", 1));
        Value[] attended = Attention(normed, mask, key, value);
        Value mixed = Product(attended[0], Width, Width);
        Value[] skipped = Skip(x, mixed, "post_attention");
        Value gate = Product(skipped[0], Width, Hidden);
        Value gated = _g.Node("Mul", [_g.Node("Mul", [gate, _g.Node("Sigmoid", [gate])]), Product(skipped[0], Width, Hidden)]);
        Value last = Skip(skipped[3], Product(gated, Hidden, Width), "final")[0];
        _g.Output(Product(last, Width, Vocabulary), "logits", B, T, Vocabulary);
        _g.Output(attended[1], "present.0.key", B, Groups, S, Size);
        _g.Output(attended[2], "present.0.value", B, Groups, S, Size);
        return _g.Build();
    }

    private Value Product(Value x, int from, int to) => _g.Node("MatMul", [x, _g.Weight(from, to)]);

    private Value Embedded(Value ids)
    {
        byte[] entries = [.. Enumerable.Range(0, Vocabulary * Width).Select(i => (byte)((i * 37) + (i / Width)))];
        float[] scales = [.. Enumerable.Range(0, Vocabulary * Width / Block).Select(i => 0.01f + (i % 5 * 0.001f))];
        return Own(
            "GatherBlockQuantized",
            ["/model/embed_tokens"],
            [
                _g.Builder.Weight("embed.Q8", TensorData.FromArray(entries, Vocabulary, Width)),
                ids,
                _g.Initializer(scales, Vocabulary, Width / Block),
            ],
            ("bits", 8),
            ("block_size", Block),
            ("gather_axis", 0),
            ("quantize_axis", 1)
        )[0];
    }

    private Value[] Attention(Value x, Value mask, Value key, Value value)
    {
        Value shown = _g.Node("ReduceSum", [mask, _g.Integers(1)], ("keepdims", 0));
        Value last = _g.Cast(_g.Node("Sub", [shown, _g.Integers(1)]), ElementType.Int32);
        Value total = _g.Cast(_g.Length(mask, 1), ElementType.Int32);
        return Own(
            "GroupQueryAttention",
            ["/model/attn", "/model/attn.key", "/model/attn.value"],
            [
                Product(x, Width, Width),
                Product(x, Width, Groups * Size),
                Product(x, Width, Groups * Size),
                key,
                value,
                last,
                total,
                Table(MathF.Cos),
                Table(MathF.Sin),
            ],
            ("num_heads", Heads),
            ("kv_num_heads", Groups),
            ("scale", 1 / MathF.Sqrt(Size)),
            ("do_rotary", 1),
            ("rotary_interleaved", 0)
        );
    }

    private Value Table(Func<float, float> function)
    {
        const int Half = Size / 2;
        float[] angles = [.. Enumerable.Range(0, MostPositions * Half).Select(i => i / Half * MathF.Pow(10000, -(i % Half) / (float)Half))];
        return _g.Initializer([.. angles.Select(function)], MostPositions, Half);
    }

    private Value[] Skip(Value x, Value y, string name) =>
        Own(
            "SkipSimplifiedLayerNormalization",
            [$"/model/{name}", "", "", $"/model/{name}.sum"],
            [x, y, _g.Gain(Width)],
            ("epsilon", 1e-5f)
        );

    private Value[] Own(string opType, string[] outputs, Value[] inputs, params ReadOnlySpan<Attribute> attributes) =>
        _g.Builder.Nodes(opType, $"{outputs[0]}/{opType}", inputs, outputs, attributes, "com.microsoft");
}
