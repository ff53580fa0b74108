namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>Pow before opset 12 and BatchNormalization before opset 15 take all operands in one type.</summary>
internal static class OperandTypeRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("Pow", 12, static _ => { }, RequireOneType);
        rules.Add("BatchNormalization", 15, static _ => { }, RequireOneType);
    }

    private static void RequireOneType(NodeConversion conversion)
    {
        conversion.LowerAsExtension();
        if (Enumerable.Range(0, conversion.Node.Inputs.Count).Select(conversion.ElementOf).Distinct().Count() != 1)
        {
            throw conversion.Refuse($"its operands are of several types, which came with opset {conversion.Version}");
        }
    }
}
