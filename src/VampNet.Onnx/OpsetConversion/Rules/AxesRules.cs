namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// Squeeze, Unsqueeze and ReduceSum take their axes as an input since opset 13, all other reductions since opset 18; before, as an
/// attribute. TopK takes k as an input since opset 10, DFT its axis since opset 20.
/// </summary>
internal static class AxesRules
{
    // The default of DFT's axis was 1 before opset 20.
    private const long OldTransformAxis = 1;

    public static void Register(ConversionRules rules)
    {
        rules.Add("Squeeze", 13, AxesToInput, AxesToAttribute);
        rules.Add("Unsqueeze", 13, AxesToInput, AxesToAttribute);
        rules.Add("ReduceSum", 13, AxesToInput, AxesToAttribute);
        foreach (string name in (string[])["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"])
        {
            rules.Add($"Reduce{name}", 18, AxesToInput, AxesToAttribute);
        }

        rules.Add("TopK", 10, static conversion => conversion.SetInputs(conversion.Node.Input(0), Count(conversion)));
        rules.Add("DFT", 20, TransformAxisToInput, TransformAxisToAttribute);
    }

    private static void AxesToInput(NodeConversion conversion)
    {
        if (conversion.TakeInts("axes") is { } axes)
        {
            conversion.SetInputs(conversion.Node.Input(0), conversion.Ints("axes", axes));
        }
    }

    private static void AxesToAttribute(NodeConversion conversion)
    {
        long[]? axes = conversion.ConstantInts(1, "axes");
        bool keepsAll = (conversion.TakeInt("noop_with_empty_axes") ?? 0) != 0;
        if (keepsAll && axes is not { Length: > 0 })
        {
            throw conversion.Refuse("it reduces nothing where it has no axes, which an older one cannot say");
        }

        conversion.LowerWith(conversion.Node.Input(0));
        if (axes is { Length: > 0 })
        {
            conversion.Node.Attributes.Set(("axes", axes));
        }
    }

    private static Value Count(NodeConversion conversion) =>
        conversion.Ints("k", conversion.TakeInt("k") ?? throw conversion.Refuse("it has no attribute 'k'"));

    private static void TransformAxisToInput(NodeConversion conversion)
    {
        long axis = conversion.TakeInt("axis") ?? OldTransformAxis;
        conversion.SetInputs(
            conversion.Node.Input(0),
            conversion.Node.Input(1),
            conversion.Constant($"axis.{axis}", TensorData.Scalar(axis))
        );
    }

    private static void TransformAxisToAttribute(NodeConversion conversion)
    {
        long axis = conversion.ConstantInts(2, "axis") is [var given] ? given : -2;
        conversion.LowerWith(conversion.Node.Input(0), conversion.Node.Input(1));
        conversion.Node.Attributes.Set(("axis", axis));
    }
}
