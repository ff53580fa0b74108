namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>Split takes the lengths of its parts as an input since opset 13, before as an attribute; since opset 18 equal parts are asked
/// for by 'num_outputs', and the last may be shorter.</summary>
internal static class SplitRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("Split", 13, LengthsToInput, LengthsToAttribute);
        rules.Add("Split", 18, StateCount, DropCount);
    }

    private static void LengthsToInput(NodeConversion conversion)
    {
        if (conversion.TakeInts("split") is { } lengths)
        {
            conversion.SetInputs(conversion.Node.Input(0), conversion.Ints("split", lengths));
        }
    }

    private static void LengthsToAttribute(NodeConversion conversion)
    {
        long[]? lengths = conversion.ConstantInts(1, "split");
        conversion.LowerWith(conversion.Node.Input(0));
        if (lengths is not null)
        {
            conversion.Node.Attributes.Set(("split", lengths));
        }
    }

    private static void StateCount(NodeConversion conversion)
    {
        if (conversion.Node.Input(1) is null)
        {
            conversion.Changed();
            conversion.Node.Attributes.Set(("num_outputs", conversion.Node.Outputs.Count));
        }
    }

    private static void DropCount(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if (conversion.TakeInt("num_outputs") is { } count)
        {
            TensorShape? shape = node.Input(0)?.TensorType?.Shape;
            long axis = node.Attributes.GetInt("axis", 0);
            bool isEqual =
                shape is not null
                && (axis < 0 ? axis + shape.Rank : axis) is >= 0 and var at
                && at < shape.Rank
                && shape[(int)at].TryGetConstant(out long length)
                && count > 0
                && length % count == 0;
            if (!isEqual)
            {
                throw conversion.Refuse("its last part may be shorter than the others, which came with opset 18");
            }

            conversion.Changed();
        }

        conversion.LowerAsExtension();
    }
}
