using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>The draws of <c>VampNet.Runtime.Randomness.SeededDraws</c>, value for value: every draw is a stream of its own, and values
/// come from eight blocks at a time.</summary>
/// <param name="draws">Scope that names the nodes.</param>
/// <param name="seed">uint64 [].</param>
internal sealed class SeededDrawsEmitter(Module draws, Value seed)
{
    private const int BlocksAtOnce = 8;
    private const int WordsInBlock = 4;
    private const int WordsInEight = BlocksAtOnce * WordsInBlock;
    private const int UnusedBits = 9;
    private const float Scale = 1f / (1 << (32 - UnusedBits));

    /// <summary>Uniforms above 0 and below 1, float32.</summary>
    /// <param name="draw">The number of the draw, from 1, int64 [].</param>
    /// <param name="shape">int64 [2].</param>
    public Value Uniforms(Value draw, Value shape)
    {
        Module part = draws["uniform"];
        Value count = part.Op("ReduceProd", "count", [shape], ("keepdims", 1));
        Value padded = part.Op("Add", "count.padded", [count, part.Graph.Constant([WordsInEight - 1L])]);
        Value groups = part.Op("Div", "groups", [padded, part.Graph.Constant([(long)WordsInEight])]);
        Value all = Fill(part, draw, groups, part.Graph.Constant([1L, -1L]));
        Value needed = part.Op("Slice", "needed", [all, part.Graph.Constant([0L]), count, part.Graph.Constant([1L])]);
        return part.Op("Reshape", "uniforms", [needed, shape]);
    }

    /// <summary>Exponentials with mean 1, float32 [rows, vocabulary]: the natural logarithm of uniforms, rounded once from
    /// float64.</summary>
    /// <param name="draw">The number of the draw, from 1, int64 [].</param>
    /// <param name="rows">int64 [1].</param>
    /// <param name="vocabulary">V.</param>
    public Value Exponentials(Value draw, Value rows, int vocabulary)
    {
        Module part = draws["exponential"];
        long groupsInRow = (vocabulary + WordsInEight - 1) / WordsInEight;
        Value groups = part.Op("Mul", "groups", [rows, part.Graph.Constant([groupsInRow])]);
        Value values = Fill(part, draw, groups, part.Graph.Constant([-1L, groupsInRow * WordsInEight]));
        if (vocabulary % WordsInEight != 0)
        {
            GraphBuilder graph = part.Graph;
            values = part.Op("Slice", "needed", [values, graph.Constant([0L]), graph.Constant([(long)vocabulary]), graph.Constant([1L])]);
        }

        Value logarithm = part.Op("Log", "log", [part.Cast("uniform.float64", values, ElementType.Double)]);
        return part.Cast("exponentials", part.Op("Neg", "negative_log", [logarithm]), ElementType.Float);
    }

    // Blocks 0 to 8 * groups - 1 of a stream: of every eight, first their X, then their Y, Z and W.
    private Value Fill(Module part, Value draw, Value groups, Value shape)
    {
        Value count = part.Op(
            "Squeeze",
            "block_count",
            [part.Op("Mul", "blocks_in_all", [groups, part.Graph.Constant([(long)BlocksAtOnce])])]
        );
        Value range = part.Op("Range", "blocks.flat", [part.Integer(0), count, part.Integer(1)]);
        Value blocks = part.Op("Reshape", "blocks", [range, part.Graph.Constant([-1L, 1L, BlocksAtOnce])]);
        Value joined = PhiloxEmitter.Emit(part["philox"], seed, draw, blocks);
        Value top = part.Cast("top_bits", WordHalves.ShiftRight(part, "words.top", joined, UnusedBits), ElementType.Float);
        Value centred = part.Op("Add", "centred", [top, part.Graph.Constant(0.5f)]);
        Value uniform = part.Op("Mul", "uniform", [centred, part.Graph.Constant(Scale)]);
        return part.Op("Reshape", "values", [uniform, shape]);
    }
}
