using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Follows an input through operators that keep its elements, to operators that restrict the elements.</summary>
internal static class InputFactFinder
{
    private const int MostSteps = 4096;

    // Operators whose outputs hold elements of their first input and nothing else.
    private static readonly ImmutableHashSet<string> Movers =
    [
        "Cast",
        "CastLike",
        "Identity",
        "Reshape",
        "Unsqueeze",
        "Squeeze",
        "Flatten",
        "Transpose",
        "Slice",
        "Expand",
        "Tile",
        "Split",
        "Clip",
        "Concat",
        "Where",
        "Gather",
        "GatherND",
        "GatherElements",
        "Pad",
        "If",
    ];

    private static readonly ImmutableHashSet<string> Comparisons = ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"];

    // Operators that keep every axis where it is.
    private static readonly ImmutableHashSet<string> Elementwise =
    [
        "Cast",
        "Identity",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Clip",
        "Sqrt",
        "Pow",
        "Neg",
        "Abs",
        "Relu",
        "Tanh",
        "Sigmoid",
        "BatchNormalization",
    ];

    private static readonly ImmutableArray<string> Recurrent = ["LSTM", "GRU", "RNN"];

    /// <summary>Finds the facts of an input.</summary>
    public static InputFacts Find(Value input)
    {
        InputFacts facts = new();
        FollowElements(input, facts);
        FollowAxes(input, facts);
        return facts;
    }

    private static void FollowElements(Value input, InputFacts facts)
    {
        // Each value with what was added to the elements on the way to it.
        Queue<(Value Value, double Shift)> open = new([(input, 0)]);
        HashSet<Value> seen = [input];
        while (open.TryDequeue(out (Value Value, double Shift) next) && seen.Count < MostSteps)
        {
            foreach (Use use in next.Value.Uses)
            {
                if (Read(use, next.Shift, facts) is { } shift)
                {
                    foreach (Value output in use.Node.Outputs.Where(seen.Add))
                    {
                        open.Enqueue((output, shift));
                    }
                }
            }
        }
    }

    /// <summary>Collects the facts of a use; returns the number added to the elements by the node, or null if they are not passed
    /// on.</summary>
    private static double? Read(Use use, double shift, InputFacts facts)
    {
        (Node node, int index) = (use.Node, use.InputIndex);
        if (RowsOf(node, index) is { } table)
        {
            long rows = Math.Max(1, table.Rows - (long)Math.Max(shift, 0));
            if (facts.Rows is null || rows < facts.Rows)
            {
                (facts.Rows, facts.Table) = (rows, table.Name);
            }

            facts.IsComputedWith = true;
            return null;
        }

        if (Recurrent.Contains(node.OpType) && index == 4)
        {
            facts.IsComputedWith = true;
            facts.LengthOf ??= node.Input(0)?.TensorType?.Shape is { Rank: 3 } shape
                ? shape[node.Attributes.GetInt("layout", 0) == 0 ? 0 : 1]
                : null;
            return null;
        }

        if (Comparisons.Contains(node.OpType))
        {
            if (Scalar(node.Input(1 - index)) is { } constant)
            {
                facts.Compared.Add(constant - shift);
            }
            else
            {
                facts.IsComputedWith = true;
            }

            return null;
        }

        if (node.OpType is "Add" or "Sub" && Scalar(node.Input(1 - index)) is { } addend && (node.OpType == "Add" || index == 0))
        {
            return shift + (node.OpType == "Add" ? addend : -addend);
        }

        if (Movers.Contains(node.OpType) && IsMoved(node, index))
        {
            return shift;
        }

        facts.IsComputedWith = true;
        return null;
    }

    private static bool IsMoved(Node node, int index) =>
        node.OpType switch
        {
            "Concat" => true,
            "Where" => index > 0,
            "If" => false,
            _ => index == 0,
        };

    private static (long Rows, string Name)? RowsOf(Node node, int index)
    {
        switch (node.OpType)
        {
            case "Gather" or "GatherElements" or "ScatterElements" when index == 1 && node.Input(0) is { } data:
                return Length(data, (int)node.Attributes.GetInt("axis", 0)) is { } rows ? (rows, data.Name) : null;
            case "GatherND" or "ScatterND" when index == 1 && node.Input(0) is { } data:
                return Length(data, (int)node.Attributes.GetInt("batch_dims", 0)) is { } first ? (first, data.Name) : null;
            case "EmbedLayerNormalization" when index is 0 or 1 && node.Input(index == 0 ? 2 : 4) is { } table:
                return Length(table, 0) is { } words ? (words, table.Name) : null;
            case "OneHot" when index == 0 && Scalar(node.Input(1)) is { } depth:
                return ((long)depth, "depth of OneHot");
            default:
                return null;
        }
    }

    private static long? Length(Value data, int axis)
    {
        if (Constant(data) is { } constant)
        {
            return Axis(constant.Shape.Length, axis) is { } at ? constant.Shape[at] : null;
        }

        return data.TensorType?.Shape is { } shape && Axis(shape.Rank, axis) is { } place && shape[place].TryGetConstant(out long length)
            ? length
            : null;
    }

    private static int? Axis(int rank, int axis) => axis + (axis < 0 ? rank : 0) is var at && at >= 0 && at < rank ? at : null;

    private static TensorData? Constant(Value? value) =>
        value switch
        {
            { IsConstant: true } => value.Constant,
            { Producer: { OpType: "Constant" } producer } => producer.Attributes.GetTensor("value"),
            { Producer: { OpType: "Identity" or "Cast" or "DequantizeLinear" } producer } => Constant(producer.Input(0)),
            _ => null,
        };

    private static double? Scalar(Value? value)
    {
        if (
            Constant(value) is { ElementCount: 1 } constant
            && constant.ElementType is not (ElementType.String or ElementType.Complex64 or ElementType.Complex128)
        )
        {
            return constant.ElementType == ElementType.Bool || constant.ElementType.IsInteger
                ? constant.ToInt64s()[0]
                : constant.ToDoubles()[0];
        }

        return value?.Producer is { OpType: "Constant" } producer
            ? producer.Attributes["value_int"]?.Int ?? producer.Attributes["value_float"]?.Float
            : null;
    }

    private static void FollowAxes(Value input, InputFacts facts)
    {
        Queue<Value> open = new([input]);
        HashSet<Value> seen = [input];
        while (open.TryDequeue(out Value? value) && seen.Count < MostSteps)
        {
            foreach ((Node node, int index) in value.Uses.Select(use => (use.Node, use.InputIndex)))
            {
                if (Elementwise.Contains(node.OpType) && index == 0)
                {
                    foreach (Value output in node.Outputs.Where(seen.Add))
                    {
                        open.Enqueue(output);
                    }
                }

                ReadAxes(node, index, input.TensorType?.Shape?.Rank ?? 0, facts);
            }
        }
    }

    private static void ReadAxes(Node node, int index, int rank, InputFacts facts)
    {
        ImmutableArray<long>? weight = index == 0 ? Constant(node.Input(1))?.Shape : null;
        switch (node.OpType)
        {
            case "Conv" when weight is { Length: > 2 } shape:
                facts.AxisLengths.TryAdd(1, shape[1] * node.Attributes.GetInt("group", 1));
                break;
            case "ConvTranspose" when weight is { Length: > 2 } shape:
                facts.AxisLengths.TryAdd(1, shape[0]);
                break;
            case "MatMul" when weight is { Length: > 1 } shape && rank > 0:
                facts.AxisLengths.TryAdd(rank - 1, shape[^2]);
                break;
            case "Gemm" when weight is { Length: 2 } shape && rank == 2 && node.Attributes.GetInt("transA", 0) == 0:
                facts.AxisLengths.TryAdd(1, shape[node.Attributes.GetInt("transB", 0) == 0 ? 0 : 1]);
                break;
            case "LSTM" or "GRU" or "RNN" when weight is { Length: 3 } shape && rank == 3:
                facts.AxisLengths.TryAdd(2, shape[2]);
                break;
        }
    }
}
