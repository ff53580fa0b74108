using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A language model in one file for the first step and the later ones, as Optimum merges them: If chooses between a branch that
/// reads past keys and values and one without; the weights lie in the graph around both.</summary>
internal sealed class MergedDecoder
{
    private const int Vocabulary = 96;
    private const int MostPositions = 64;
    private const int Width = 64;
    private const int Heads = 4;
    private const int Size = Width / Heads;
    private const int Hidden = 128;
    private const int Layers = 2;

    private static readonly Dim B = Dim.Symbol("batch");
    private static readonly Dim T = Dim.Symbol("sequence");
    private static readonly Dim P = Dim.Symbol("past_sequence");
    private static readonly Dim S = Dim.Symbol("total_sequence");

    private readonly ExporterGraph _g;
    private readonly Value _ids;
    private readonly Value _shown;
    private readonly (Value Key, Value Value)[] _past;
    private readonly Value _table;
    private readonly Value _positions;
    private readonly Layer[] _layers;

    private MergedDecoder(ExporterGraph g)
    {
        _g = g;
        _ids = g.Ids("input_ids", B, T);
        _shown = g.Ids("attention_mask", B, S);
        _past =
        [
            .. Enumerable
                .Range(0, Layers)
                .Select(i =>
                    (g.Input($"past_key_values.{i}.key", B, Heads, P, Size), g.Input($"past_key_values.{i}.value", B, Heads, P, Size))
                ),
        ];
        _table = g.Weight(Vocabulary, Width);
        _positions = g.Weight(MostPositions, Width);
        _layers = [.. Enumerable.Range(0, Layers).Select(_ => new Layer(g))];
    }

    /// <summary>input_ids [B,T], attention_mask [B,S], past keys and values [B,heads,P,H] and use_cache_branch [1] to logits [B,T,V] and
    /// the present ones.</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    /// <param name="type">float32 or float16.</param>
    public static Model Build(int opset, ElementType type) => new MergedDecoder(new ExporterGraph(opset, type, true)).Build();

    private Model Build()
    {
        Value isLater = _g.Builder.Input("use_cache_branch", ElementType.Bool, 1);
        Value[] chosen = _g.Nodes(
            "If",
            1 + (2 * Layers),
            [isLater],
            Attribute.Of("then_branch", Branch("later", true)),
            Attribute.Of("else_branch", Branch("first", false))
        );
        _g.Output(chosen[0], "logits", B, T, Vocabulary);
        for (int i = 0; i < Layers; i++)
        {
            _g.Output(chosen[1 + (2 * i)], $"present.{i}.key", B, Heads, S, Size);
            _g.Output(chosen[2 + (2 * i)], $"present.{i}.value", B, Heads, S, Size);
        }

        return _g.Build();
    }

    private Graph Branch(string name, bool isLater)
    {
        ExporterGraph g = new(_g.Opset, _g.Type, true);
        using IDisposable scope = g.Builder.Scope(name);
        Graph graph = g.Builder.Graph;
        graph.Name = name;
        Value start = isLater ? g.Length(_past[0].Key, 2) : g.Integer(0);
        Value places = g.Node("Range", [start, g.Node("Add", [start, g.Length(_ids, 1)]), g.Integer(1)]);
        Value x = g.Node("Add", [g.Node("Gather", [_table, _ids]), g.Node("Gather", [_positions, g.Unsqueeze(places, 0)])]);
        Value hidden = g.Node("Sub", [g.Number(1), g.Cast(g.Unsqueeze(_shown, 1, 2), g.Type)]);
        Value mask = g.Node("Mul", [hidden, g.Number(g.Least)]);
        List<Value> present = [];
        for (int i = 0; i < Layers; i++)
        {
            Layer layer = _layers[i];
            Value normed = layer.Norm(g, x);
            Value[] parts = g.Split(g.Node("Add", [g.Node("MatMul", [normed, layer.In]), layer.InBias]), 2, Width, Width, Width);
            (Value q, Value k, Value v) = (Heads4(g, parts[0]), Heads4(g, parts[1]), Heads4(g, parts[2]));
            (k, v) = isLater ? (g.Concat(2, _past[i].Key, k), g.Concat(2, _past[i].Value, v)) : (k, v);
            present.AddRange([k, v]);
            Value scores = g.Node("Div", [g.Node("MatMul", [q, g.Transpose(k, 0, 1, 3, 2)]), g.Number(MathF.Sqrt(Size))]);
            Value mixed = g.Transpose(g.Node("MatMul", [g.Softmax(g.Node("Add", [scores, mask])), v]), 0, 2, 1, 3);
            Value shape = g.Concat(0, g.LengthRow(mixed, 0), g.LengthRow(mixed, 1), g.Integers(Width));
            x = g.Node("Add", [x, g.Node("MatMul", [g.Node("Reshape", [mixed, shape]), layer.Out])]);
            Value inner = g.TanhGelu(g.Node("MatMul", [layer.Norm(g, x), layer.Up]));
            x = g.Node("Add", [x, g.Node("MatMul", [inner, layer.Down])]);
        }

        graph.AddOutput(g.Node("MatMul", [x, g.Transpose(_table, 1, 0)]));
        present.ForEach(graph.AddOutput);
        return graph;
    }

    private static Value Heads4(ExporterGraph g, Value x)
    {
        Value shape = g.Concat(0, g.LengthRow(x, 0), g.LengthRow(x, 1), g.Integers(Heads), g.Integers(Size));
        return g.Transpose(g.Node("Reshape", [x, shape]), 0, 2, 1, 3);
    }

    // The weights of one layer.
    private sealed class Layer(ExporterGraph g)
    {
        private readonly Value _gain = g.Gain(Width);
        private readonly Value _shift = g.Weight(Width);

        public Value In { get; } = g.Weight(Width, 3 * Width);

        public Value InBias { get; } = g.Weight(3 * Width);

        public Value Out { get; } = g.Weight(Width, Width);

        public Value Up { get; } = g.Weight(Width, Hidden);

        public Value Down { get; } = g.Weight(Hidden, Width);

        public Value Norm(ExporterGraph branch, Value x)
        {
            Value centred = branch.Node("Sub", [x, branch.Mean(x, -1)]);
            Value variance = branch.Mean(branch.Node("Pow", [centred, branch.Number(2)]), -1);
            Value deviation = branch.Node("Sqrt", [branch.Node("Add", [variance, branch.Number(1e-5f)])]);
            return branch.Node("Add", [branch.Node("Mul", [branch.Node("Div", [centred, deviation]), _gain]), _shift]);
        }
    }
}
