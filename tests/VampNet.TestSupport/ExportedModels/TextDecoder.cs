using VampNet.Onnx;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A language model of the Llama family with a cache of past keys and values: root-mean-square normalization, rotary embedding,
/// groups of queries, a gated unit, and scaled-dot-product attention as PyTorch decomposes it.</summary>
internal sealed class TextDecoder
{
    private const int Vocabulary = 96;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Groups = 2;
    private const int Size = 16;
    private const int Hidden = 128;
    private const int Layers = 2;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim T = Dim.Symbol("sequence");
    private static readonly Dim P = Dim.Symbol("past_sequence");

    private readonly ExporterGraph _g;
    private readonly bool _masksByBool;

    private TextDecoder(ExporterGraph g, bool masksByBool) => (_g, _masksByBool) = (g, masksByBool);

    /// <summary>input_ids [B,T], attention_mask [B,P+T], position_ids [B,T], past keys and values [B,groups,P,H] to logits [B,T,V] and the
    /// present ones.</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    /// <param name="isScripted">Whether TorchScript's exporter writes it, not dynamo.</param>
    /// <param name="masksByBool">Whether the mask is boolean inside attention, which takes NaN out of rows without a key.</param>
    public static Model Build(int opset, ElementType type, bool isScripted, bool masksByBool) =>
        new TextDecoder(new ExporterGraph(opset, type, isScripted), masksByBool).Build();

    private Model Build()
    {
        Value ids = _g.Ids("input_ids", B, T);
        Value padding = _g.Ids("attention_mask", B, P + T);
        Value positions = _g.Ids("position_ids", B, T);
        (Value Key, Value Value)[] past =
        [
            .. Enumerable
                .Range(0, Layers)
                .Select(i =>
                    (_g.Input($"past_key_values.{i}.key", B, Groups, P, Size), _g.Input($"past_key_values.{i}.value", B, Groups, P, Size))
                ),
        ];
        Value x = _g.Node("Gather", [_g.Weight(Vocabulary, Width), ids]);
        Value mask = Mask(ids, padding, past[0].Key);
        (Value cos, Value sin) = Rotary(positions);
        List<(Value, Value)> present = [];
        for (int i = 0; i < Layers; i++)
        {
            (Value mixed, Value key, Value value) = Attention(_g.RmsNorm(x, Width), cos, sin, mask, past[i]);
            present.Add((key, value));
            x = _g.Node("Add", [x, mixed]);
            x = _g.Node("Add", [x, GatedUnit(_g.RmsNorm(x, Width))]);
        }

        _g.Output(_g.Linear(_g.RmsNorm(x, Width), Width, Vocabulary, hasBias: false), "logits", B, T, Vocabulary);
        for (int i = 0; i < Layers; i++)
        {
            _g.Output(present[i].Item1, $"present.{i}.key", B, Groups, P + T, Size);
            _g.Output(present[i].Item2, $"present.{i}.value", B, Groups, P + T, Size);
        }

        return _g.Build();
    }

    // Whether a query at its place sees a key: not one behind it, and none of the padding.
    private Value Mask(Value ids, Value padding, Value key)
    {
        Value past = _g.Length(key, 2);
        Value total = _g.Node("Add", [past, _g.Length(ids, 1)]);
        Value queries = _g.Node("Range", [past, total, _g.Integer(1)]);
        Value keys = _g.Node("Range", [_g.Integer(0), total, _g.Integer(1)]);
        Value causal = _g.Node("LessOrEqual", [_g.Unsqueeze(keys, 0, 1, 2), _g.Unsqueeze(queries, 0, 1, 3)]);
        Value shown = _g.Unsqueeze(_g.Cast(padding, ElementType.Bool), 1, 2);
        Value allowed = _g.Node("And", [causal, shown]);
        return _masksByBool ? allowed : _g.Node("Where", [allowed, _g.Number(0), _g.Number(_g.Least)]);
    }

    private (Value Cos, Value Sin) Rotary(Value positions)
    {
        float[] frequencies = [.. Enumerable.Range(0, Size / 2).Select(i => MathF.Pow(10000, -2f * i / Size))];
        Value table = _g.Builder.Weight("inv_freq", TensorData.FromArray(frequencies, 1, Size / 2, 1));
        Value batch = _g.LengthRow(positions, 0);
        Value rows = _g.Node("Expand", [table, _g.Concat(0, batch, _g.Integers(1), _g.Integers(1))]);
        Value places = _g.Cast(_g.Unsqueeze(positions, 1), ElementType.Float);
        Value freqs = _g.Transpose(_g.Node("MatMul", [rows, places]), 0, 2, 1);
        Value twice = _g.Concat(-1, freqs, freqs);
        Value one = _g.Constant(TensorData.Scalar(1f));
        return (
            _g.Unsqueeze(_g.Narrow(_g.Node("Mul", [_g.Node("Cos", [twice]), one])), 1),
            _g.Unsqueeze(_g.Narrow(_g.Node("Mul", [_g.Node("Sin", [twice]), one])), 1)
        );
    }

    private (Value Mixed, Value Key, Value Value) Attention(Value x, Value cos, Value sin, Value mask, (Value Key, Value Value) past)
    {
        Value q = Rotate(Split(_g.Linear(x, Width, Heads * Size, hasBias: false), Heads), cos, sin);
        Value k = Rotate(Split(_g.Linear(x, Width, Groups * Size, hasBias: false), Groups), cos, sin);
        Value v = Split(_g.Linear(x, Width, Groups * Size, hasBias: false), Groups);
        k = _g.Concat(2, past.Key, k);
        v = _g.Concat(2, past.Value, v);
        Value turned = _g.Transpose(Repeat(k), 0, 1, 3, 2);
        float root = MathF.Sqrt(1 / MathF.Sqrt(Size));
        Value product = _g.Node("MatMul", [_g.Node("Mul", [q, _g.Number(root)]), _g.Node("Mul", [turned, _g.Number(root)])]);
        Value bias = _masksByBool ? _g.Node("Where", [mask, _g.Number(0), _g.Number(float.NegativeInfinity)]) : mask;
        Value weights = _g.Softmax(_g.Node("Add", [product, bias]));
        if (_masksByBool)
        {
            weights = _g.Node("Where", [_g.Node("IsNaN", [weights]), _g.Number(0), weights]);
        }

        Value mixed = _g.Transpose(_g.Node("MatMul", [weights, Repeat(v)]), 0, 2, 1, 3);
        Value joined = _g.Node("Reshape", [mixed, _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(Heads * Size))]);
        return (_g.Linear(joined, Heads * Size, Width, hasBias: false), k, v);
    }

    private Value Split(Value x, int heads)
    {
        Value shape = _g.Concat(0, _g.LengthRow(x, 0), _g.LengthRow(x, 1), _g.Integers(_g.IsScripted ? heads : -1), _g.Integers(Size));
        return _g.Transpose(_g.Node("Reshape", [x, shape]), 0, 2, 1, 3);
    }

    private Value Rotate(Value x, Value cos, Value sin)
    {
        Value first = _g.Slice(x, 3, 0, Size / 2);
        Value second = _g.Slice(x, 3, Size / 2, long.MaxValue);
        Value turned = _g.Concat(-1, _g.Node("Neg", [second]), first);
        return _g.Node("Add", [_g.Node("Mul", [x, cos]), _g.Node("Mul", [turned, sin])]);
    }

    private Value Repeat(Value x)
    {
        Value batch = _g.LengthRow(x, 0);
        Value time = _g.LengthRow(x, 2);
        Value five = _g.Concat(0, batch, _g.Integers(Groups), _g.Integers(Heads / Groups), time, _g.Integers(Size));
        Value rows = _g.Node("Expand", [_g.Unsqueeze(x, 2), five]);
        return _g.Node("Reshape", [rows, _g.Concat(0, batch, _g.Integers(Heads), time, _g.Integers(Size))]);
    }

    private Value GatedUnit(Value x)
    {
        Value gate = _g.Silu(_g.Linear(x, Width, Hidden, hasBias: false));
        return _g.Linear(_g.Node("Mul", [gate, _g.Linear(x, Width, Hidden, hasBias: false)]), Hidden, Width, hasBias: false);
    }
}
