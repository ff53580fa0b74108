using VampNet.Onnx;

namespace VampNet.Inference.Mobile;

/// <summary>Determines why a provider does not take a node.</summary>
internal static class NodeSupport
{
    private const int BatchAndChannels = 2;

    /// <summary>The operator's name, with its domain where that is not the standard.</summary>
    public static string NameOf(Node node) => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}:{node.OpType}";

    /// <summary>The reason; null when the provider takes the node.</summary>
    public static string? Obstacle(Node node, MobileProvider provider)
    {
        if (!provider.Operators.TryGetValue($"{node.Domain}:{node.OpType}", out OperatorCondition condition))
        {
            return "not among its operators";
        }

        if (node.Inputs.Concat(node.Outputs).OfType<Value>().FirstOrDefault(HasWrongType) is { } wrong)
        {
            return $"{wrong.TensorType!.ElementType.OnnxName} numbers";
        }

        if (provider.NeedsFixedShapes && node.Inputs.Concat(node.Outputs).OfType<Value>().Any(value => !IsFixed(value)))
        {
            return "lengths that are not fixed: see --fix";
        }

        return Conditions
            .Select(each => condition.HasFlag(each.Condition) && !each.Holds(node) ? each.Reason : null)
            .OfType<string>()
            .FirstOrDefault();
    }

    private static readonly (OperatorCondition Condition, Predicate<Node> Holds, string Reason)[] Conditions =
    [
        (OperatorCondition.TwoDimensional, node => Axes(node) == 2, "not two-dimensional"),
        (OperatorCondition.AtMostTwoDimensional, node => Axes(node) is 1 or 2, "neither one- nor two-dimensional"),
        (OperatorCondition.ConstantWeights, node => node.Inputs.Skip(1).All(IsConstant), "weights that are computed"),
        (OperatorCondition.ConstantParameters, node => node.Inputs.Skip(1).All(IsConstant), "parameters that are computed"),
        (OperatorCondition.ConstantSecondInput, node => IsConstant(node.Input(1)), "a second input that is computed"),
        (
            OperatorCondition.ConstantIndices,
            node => IsConstant(node.Input(1)) || node.Input(1)?.TensorType?.ElementType == ElementType.Int32,
            "indices that are computed as int64"
        ),
        (
            OperatorCondition.Matrices,
            node => node.Input(0)?.TensorType?.Shape?.Rank == 2 && node.Input(1)?.TensorType?.Shape?.Rank == 2 && IsConstant(node.Input(1)),
            "not a product with a constant matrix of two axes"
        ),
        (OperatorCondition.LastAxis, IsOnLastAxis, "not over the last axis"),
        (OperatorCondition.DepthToSpaceDcr, node => node.Attributes.GetString("mode", "DCR") == "DCR", "a mode other than DCR"),
        (OperatorCondition.LinearMode, node => node.Attributes.GetString("mode", "nearest") == "linear", "a mode other than linear"),
    ];

    private static int? Axes(Node node) => node.Input(0)?.TensorType?.Shape is { } shape ? shape.Rank - BatchAndChannels : null;

    private static bool IsConstant(Value? value) => value is null || value.IsConstant || value.Producer?.Is("Constant") == true;

    private static bool IsFixed(Value value) => IsConstant(value) || value.TensorType?.Shape is { IsStatic: true };

    // Parameters such as axes are int64 constants everywhere; the hardware does not support computed int64 tensors.
    private static bool HasWrongType(Value value) =>
        !IsConstant(value)
        && value.TensorType?.ElementType
            is not (
                null
                or ElementType.Undefined
                or ElementType.Float
                or ElementType.Float16
                or ElementType.Int32
                or ElementType.UInt8
                or ElementType.Int8
            );

    private static bool IsOnLastAxis(Node node)
    {
        long axis = node.Attributes.GetInt("axis", -1);
        return axis == -1 || axis == node.Input(0)?.TensorType?.Shape?.Rank - 1;
    }
}
