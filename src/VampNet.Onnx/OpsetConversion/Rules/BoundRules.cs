using VampNet.Onnx.Rewriting.Folding;

namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>Clip takes its bounds, and Pad its widths and its value, as inputs since opset 11; before, as attributes.</summary>
internal static class BoundRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("Clip", 11, RaiseClip);
        rules.Add("Pad", 11, RaisePad);
    }

    private static void RaiseClip(NodeConversion conversion)
    {
        Value? least = Bound(conversion, "min");
        Value? most = Bound(conversion, "max");
        if (least is not null || most is not null)
        {
            conversion.SetInputs(conversion.Node.Input(0), least, most);
        }
    }

    private static void RaisePad(NodeConversion conversion)
    {
        long[] pads = conversion.TakeInts("pads") ?? throw conversion.Refuse("it has no attribute 'pads'");
        Value? value = conversion.Node.Attributes.Contains("value") ? Bound(conversion, "value") : null;
        conversion.SetInputs(conversion.Node.Input(0), conversion.Ints("pads", pads), value);
    }

    private static Value? Bound(NodeConversion conversion, string name)
    {
        if (conversion.TakeFloat(name) is not { } number)
        {
            return null;
        }

        ElementType element = conversion.ElementOf(0);
        if (!ConstantTensor.Supports(element))
        {
            throw conversion.Refuse($"the type of '{conversion.Node.Input(0)?.Name}' is not known, and '{name}' must have the same");
        }

        // Exporters write the limits of binary32 for "no bound"; these exceed float16.
        double bounded = element == ElementType.Float16 ? Math.Clamp(number, (double)Half.MinValue, (double)Half.MaxValue) : number;
        return conversion.Constant(name, ConstantTensor.Of(element, [], [bounded]).ToData());
    }
}
