namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// Softmax, LogSoftmax and Hardmax work along one axis since opset 13, by default the last. Before, they saw their input as a matrix,
/// all axes from 'axis' (by default 1) on being its columns: <c>Reshape(Softmax(Flatten(x, axis)), Shape(x))</c>.
/// </summary>
internal static class SoftmaxRules
{
    private const long OldAxis = 1;

    public static void Register(ConversionRules rules)
    {
        foreach (string opType in (string[])["Softmax", "LogSoftmax", "Hardmax"])
        {
            rules.Add(opType, 13, Raise, Lower);
        }
    }

    private static void Raise(NodeConversion conversion)
    {
        Node node = conversion.Node;
        long axis = conversion.TakeInt("axis") ?? OldAxis;
        if (OnlyAxis(node.Input(0)?.TensorType?.Shape, axis) is { } only)
        {
            conversion.Changed();
            node.Attributes.Set(("axis", only));
            return;
        }

        Value? input = node.Input(0);
        ElementType element = conversion.ElementOf(0);
        ValueType? matrix = element == ElementType.Undefined ? null : new TensorType(element, TensorShape.OfRank(2));
        Value flat = conversion.Insert("Flatten", "flat", [input], [("axis", axis)], matrix);
        Value rows = conversion.Insert(node.OpType, "rows", [flat], [("axis", -1L)], matrix);
        Value shape = conversion.Insert("Shape", "shape", [input], [], new TensorType(ElementType.Int64, TensorShape.OfRank(1)));
        conversion.Become("Reshape", [rows, shape]);
    }

    /// <summary>The one axis that a row of the matrix consists of; null when there are several.</summary>
    private static long? OnlyAxis(TensorShape? shape, long axis)
    {
        if (shape is null)
        {
            return axis == -1 ? -1 : null;
        }

        if (axis < -shape.Rank || axis >= shape.Rank)
        {
            return null;
        }

        int first = (int)(axis < 0 ? axis + shape.Rank : axis);
        var longer = Enumerable.Range(first, shape.Rank - first).Where(i => !shape[i].Is(1)).ToList();
        return longer.Count switch
        {
            0 => -1,
            1 => longer[0] == shape.Rank - 1 ? -1 : longer[0],
            _ => null,
        };
    }

    private static void Lower(NodeConversion conversion)
    {
        long axis = conversion.Node.Attributes.GetInt("axis", -1);
        int rank = conversion.RankOf(0);
        if (axis != -1 && (rank < 0 || axis != rank - 1))
        {
            throw conversion.Refuse($"it works along the axis {axis} alone, and before opset 13 along all that follow too");
        }

        conversion.LowerAsExtension();
        conversion.Changed();
        conversion.Node.Attributes.Set(("axis", -1L));
    }
}
