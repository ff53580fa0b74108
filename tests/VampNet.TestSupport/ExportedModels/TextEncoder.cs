using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A text encoder of the BERT family: three embeddings, layer normalization behind each residual, a padding mask that is
/// added, GELU by the error function, and a pooler of the first token.</summary>
internal sealed class TextEncoder
{
    private const int Vocabulary = 120;
    private const int MostPositions = 64;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Size = Width / Heads;
    private const int Hidden = 128;
    private const int Layers = 2;

    private static readonly Dim B = Dim.Symbol("batch_size");
    private static readonly Dim T = Dim.Symbol("sequence_length");

    private readonly ExporterGraph _g;
    private readonly bool _joinsBatch;

    private TextEncoder(ExporterGraph g, bool joinsBatch) => (_g, _joinsBatch) = (g, joinsBatch);

    /// <summary>input_ids, attention_mask and token_type_ids int64 [B,T] to last_hidden_state [B,T,D] and pooler_output [B,D].</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    /// <param name="isScripted">Whether TorchScript's exporter writes it, not dynamo.</param>
    /// <param name="joinsBatch">Whether attention has three axes, batch and heads in one, as in CLIP and BART.</param>
    public static Model Build(int opset, ElementType type, bool isScripted, bool joinsBatch) =>
        new TextEncoder(new ExporterGraph(opset, type, isScripted), joinsBatch).Build();

    private Model Build()
    {
        Value ids = _g.Ids("input_ids", B, T);
        Value padding = _g.Ids("attention_mask", B, T);
        Value kinds = _g.Ids("token_type_ids", B, T);
        Value shown = _g.Cast(_g.Unsqueeze(_g.Unsqueeze(padding, 1), 2), _g.Type);
        Value mask = _g.Node("Mul", [_g.Node("Sub", [_g.Number(1), shown]), _g.Number(_g.Least)]);
        Value x = _g.LayerNorm(Embed(ids, kinds), Width);
        for (int i = 0; i < Layers; i++)
        {
            x = _g.LayerNorm(_g.Node("Add", [Attention(x, mask), x]), Width);
            Value inner = _g.Gelu(_g.Linear(x, Width, Hidden));
            x = _g.LayerNorm(_g.Node("Add", [_g.Linear(inner, Hidden, Width), x]), Width);
        }

        Value first = _g.Node("Gather", [x, _g.Integer(0)], ("axis", 1));
        Value pooled = _g.Node("Tanh", [_g.Gemm(first, Width, Width)]);
        _g.Output(x, "last_hidden_state", B, T, Width);
        _g.Output(pooled, "pooler_output", B, Width);
        return _g.Build();
    }

    private Value Embed(Value ids, Value kinds)
    {
        Value table = _g.Builder.Weight(
            "position_ids",
            TensorData.FromArray([.. Enumerable.Range(0, MostPositions).Select(i => (long)i)], 1, MostPositions)
        );
        Value end = _g.LengthRow(ids, 1);
        Value places =
            _g.Opset < 10
                ? _g.Node("Slice", [table], ("axes", new long[] { 1 }), ("starts", new long[] { 0 }), ("ends", new long[] { 8 }))
                : _g.Node("Slice", [table, _g.Integers(0), end, _g.Integers(1), _g.Integers(1)]);
        Value words = _g.Node("Gather", [_g.Weight(Vocabulary, Width), ids]);
        Value sum = _g.Node("Add", [words, _g.Node("Gather", [_g.Weight(2, Width), kinds])]);
        return _g.Node("Add", [sum, _g.Node("Gather", [_g.Weight(MostPositions, Width), places])]);
    }

    private Value Attention(Value x, Value mask)
    {
        Value mixed = _joinsBatch ? Joined(x, mask) : Apart(x, mask);
        return _g.Linear(mixed, Width, Width);
    }

    private Value Apart(Value x, Value mask)
    {
        Value q = Split(_g.Linear(x, Width, Width), x);
        Value k = Split(_g.Linear(x, Width, Width), x);
        Value v = Split(_g.Linear(x, Width, Width), x);
        Value scores = _g.Node("Div", [_g.Node("MatMul", [q, _g.Transpose(k, 0, 1, 3, 2)]), _g.Number(MathF.Sqrt(Size))]);
        Value mixed = _g.Node("MatMul", [_g.Softmax(_g.Node("Add", [scores, mask])), v]);
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(Width));
        return _g.Node("Reshape", [_g.Transpose(mixed, 0, 2, 1, 3), shape]);
    }

    // Scores of three axes; the mask goes over them in four.
    private Value Joined(Value x, Value mask)
    {
        Value batch = _g.LengthRow(x, 0);
        Value time = _g.LengthRow(x, 1);
        Value scaled = _g.Node("Mul", [_g.Linear(x, Width, Width), _g.Number(1 / MathF.Sqrt(Size))]);
        Value three = _g.Concat(0, _g.Node("Mul", [batch, _g.Integers(Heads)]), _g.Integers(-1), _g.Integers(Size));
        Value q = _g.Node("Reshape", [Split(scaled, x), three]);
        Value k = _g.Node("Reshape", [Split(_g.Linear(x, Width, Width), x), three]);
        Value v = _g.Node("Reshape", [Split(_g.Linear(x, Width, Width), x), three]);
        Value scores = _g.Node("MatMul", [q, _g.Transpose(k, 0, 2, 1)]);
        Value four = _g.Node("Reshape", [scores, _g.Concat(0, batch, _g.Integers(Heads), time, time)]);
        Value masked = _g.Node("Add", [four, mask]);
        Value rows = _g.Concat(0, _g.Node("Mul", [batch, _g.Integers(Heads)]), time, time);
        Value weights = _g.Softmax(_g.Node("Reshape", [masked, rows]));
        Value mixed = _g.Node("MatMul", [weights, v]);
        Value apart = _g.Node("Reshape", [mixed, _g.Concat(0, batch, _g.Integers(Heads), time, _g.Integers(Size))]);
        return _g.Node("Reshape", [_g.Transpose(apart, 0, 2, 1, 3), _g.Concat(0, batch, time, _g.Integers(Width))]);
    }

    private Value Split(Value value, Value x)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(Heads), _g.Integers(Size));
        return _g.Transpose(_g.Node("Reshape", [value, shape]), 0, 2, 1, 3);
    }
}
