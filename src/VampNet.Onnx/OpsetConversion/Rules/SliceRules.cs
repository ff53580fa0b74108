namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>Slice takes starts, ends and axes as inputs since opset 10; before, as attributes.</summary>
internal static class SliceRules
{
    public static void Register(ConversionRules rules) => rules.Add("Slice", 10, Raise);

    private static void Raise(NodeConversion conversion)
    {
        long[] starts = conversion.TakeInts("starts") ?? throw conversion.Refuse("it has no attribute 'starts'");
        long[] ends = conversion.TakeInts("ends") ?? throw conversion.Refuse("it has no attribute 'ends'");
        long[]? axes = conversion.TakeInts("axes");
        conversion.SetInputs(
            conversion.Node.Input(0),
            conversion.Ints("starts", starts),
            conversion.Ints("ends", ends),
            axes is null ? null : conversion.Ints("axes", axes)
        );
    }
}
