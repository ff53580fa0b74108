using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A language model of the GPT-2 family: one projection for query, key and value through Gemm, a causal mask cut from a constant
/// or made by Trilu, layer normalization before each part, and GELU by tanh.</summary>
internal sealed class CausalDecoder
{
    private const int Vocabulary = 96;
    private const int MostPositions = 32;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Size = Width / Heads;
    private const int Hidden = 128;
    private const int Layers = 2;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim T = Dim.Symbol("sequence");

    private readonly ExporterGraph _g;
    private readonly bool _usesTrilu;

    private CausalDecoder(ExporterGraph g, bool usesTrilu) => (_g, _usesTrilu) = (g, usesTrilu);

    /// <summary>input_ids int64 [B,T] to logits [B,T,V].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    /// <param name="isScripted">Whether TorchScript's exporter writes it, not dynamo.</param>
    /// <param name="usesTrilu">Whether Trilu makes the mask of the lengths; else it is cut from a constant.</param>
    public static Model Build(int opset, ElementType type, bool isScripted, bool usesTrilu) =>
        new CausalDecoder(new ExporterGraph(opset, type, isScripted), usesTrilu).Build();

    private Model Build()
    {
        Value ids = _g.Ids("input_ids", B, T);
        Value length = _g.Length(ids, 1);
        Value places = _g.Unsqueeze(_g.Node("Range", [_g.Integer(0), length, _g.Integer(1)]), 0);
        Value table = _g.Weight(Vocabulary, Width);
        Value x = _g.Node("Add", [_g.Node("Gather", [table, ids]), _g.Node("Gather", [_g.Weight(MostPositions, Width), places])]);
        Value? mask = _usesTrilu ? Trilu(length) : null;
        for (int i = 0; i < Layers; i++)
        {
            x = _g.Node("Add", [Attention(_g.LayerNorm(x, Width), mask), x]);
            Value inner = _g.TanhGelu(Projection(_g.LayerNorm(x, Width), Width, Hidden));
            x = _g.Node("Add", [x, Projection(inner, Hidden, Width)]);
        }

        Value last = _g.LayerNorm(x, Width);
        _g.Output(_g.Node("MatMul", [last, _g.Transpose(table, 1, 0)]), "logits", B, T, Vocabulary);
        return _g.Build();
    }

    // torch.triu(full((T, T), min), diagonal=1).
    private Value Trilu(Value length)
    {
        Value row = _g.Unsqueeze(length, 0);
        Value square = _g.Node("Expand", [_g.Number(_g.Least), _g.Concat(0, row, row)]);
        Value upper = _g.Node("Trilu", [square, _g.Integer(1)], ("upper", 1));
        return _g.Unsqueeze(upper, 0, 1);
    }

    // Conv1D of Transformers: addmm over rows.
    private Value Projection(Value x, int from, int to)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(to));
        Value rows = _g.Node("Gemm", [_g.Reshape(x, -1, from), _g.Weight(from, to), _g.Weight(to)], ("alpha", 1f), ("beta", 1f));
        return _g.Node("Reshape", [rows, shape]);
    }

    private Value Attention(Value x, Value? mask)
    {
        Value[] parts = _g.Split(Projection(x, Width, 3 * Width), 2, Width, Width, Width);
        Value q = Heads4(parts[0]);
        Value k = Heads4(parts[1]);
        Value v = Heads4(parts[2]);
        Value scores = _g.Node("Div", [_g.Node("MatMul", [q, _g.Transpose(k, 0, 1, 3, 2)]), _g.Number(MathF.Sqrt(Size))]);
        Value mixed = _g.Node("MatMul", [_g.Softmax(mask is null ? Cut(scores, q, k) : _g.Node("Add", [scores, mask])), v]);
        Value moved = _g.Transpose(mixed, 0, 2, 1, 3);
        Value shape = _g.Concat(0, _g.LengthRow(moved, 0), _g.LengthRow(moved, 1), _g.Integers(Width));
        return Projection(_g.Node("Reshape", [moved, shape]), Width, Width);
    }

    // bias[:, :, k - q : k, :k] of the buffer of trues below the diagonal.
    private Value Cut(Value scores, Value q, Value k)
    {
        Value buffer = _g.Builder.Constant(
            "bias",
            TensorData.FromArray(
                [.. Enumerable.Range(0, MostPositions * MostPositions).Select(i => i % MostPositions <= i / MostPositions)],
                1,
                1,
                MostPositions,
                MostPositions
            )
        );
        Value queries = _g.LengthRow(q, 2);
        Value keys = _g.LengthRow(k, 2);
        Value start = _g.Node("Sub", [keys, queries]);
        Value rows = _g.Node("Slice", [buffer, start, keys, _g.Integers(2), _g.Integers(1)]);
        Value square = _g.Node("Slice", [rows, _g.Integers(0), keys, _g.Integers(3), _g.Integers(1)]);
        return _g.Node("Where", [square, scores, _g.Number(_g.Least)]);
    }

    private Value Heads4(Value x)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(Heads), _g.Integers(Size));
        return _g.Transpose(_g.Node("Reshape", [x, shape]), 0, 2, 1, 3);
    }
}
