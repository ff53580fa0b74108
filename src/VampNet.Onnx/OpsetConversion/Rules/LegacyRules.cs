using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// Opsets 1 to 6: operands were broadcast by attributes, training was a flag, types were words, and a few parameters were attributes or
/// had a default.
/// </summary>
internal static class LegacyRules
{
    private static readonly string[] BroadcastOperators =
    [
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Pow",
        "And",
        "Or",
        "Xor",
        "Equal",
        "Greater",
        "Less",
    ];

    public static void Register(ConversionRules rules)
    {
        foreach (string opType in BroadcastOperators)
        {
            rules.Add(opType, 7, AlignOperand);
        }

        rules.Add("Gemm", 7, static conversion => conversion.Take("broadcast"));
        rules.Add("PRelu", 7, AlignSlope);
        rules.Add("BatchNormalization", 7, DropTestFlag);
        rules.Add("Dropout", 7, DropTestFlag);
        rules.Add("Concat", 4, StateAxis);
        rules.Add("Reshape", 5, ShapeToInput);
        rules.Add("Cast", 6, NumberType);
        rules.Add("Pad", 2, RenameWidths);
        rules.Add("Upsample", 7, StateScales);
        foreach (string opType in (string[])["LSTM", "GRU", "RNN"])
        {
            rules.Add(opType, 7, static conversion => conversion.Take("output_sequence"));
        }
    }

    /// <summary>The second operand began at the axis 'axis' of the first, by default so that both end together.</summary>
    private static void AlignOperand(NodeConversion conversion)
    {
        long? axis = conversion.TakeInt("axis");
        if ((conversion.TakeInt("broadcast") ?? 0) == 0 || axis is not { } first)
        {
            return;
        }

        (int left, int right) = (conversion.RankOf(0), conversion.RankOf(1));
        if (left < 0 || right < 0)
        {
            throw conversion.Refuse("its second operand begins at an axis of the first, and their ranks are not known");
        }

        long begin = first < 0 ? first + left : first;
        if (begin < 0 || begin > left)
        {
            throw conversion.Refuse($"its second operand begins at the axis {first}, and the first has {left}");
        }

        Trail(conversion, (int)(left - begin - right), right);
    }

    private static void AlignSlope(NodeConversion conversion)
    {
        if (RewriteContext.ConstantOf(conversion.Node.Input(1)) is { ElementCount: 1 })
        {
            return;
        }

        (int input, int slope) = (conversion.RankOf(0), conversion.RankOf(1));
        if (input < 0 || slope < 0)
        {
            throw conversion.Refuse("its slopes belong to channels, and its ranks are not known");
        }

        Trail(conversion, slope == 1 ? input - 2 : 0, slope);
    }

    private static void Trail(NodeConversion conversion, int missing, int rank)
    {
        if (missing <= 0)
        {
            return;
        }

        Value operand = conversion.Node.Input(1)!;
        long[] axes = [.. Enumerable.Range(rank, missing).Select(axis => (long)axis)];
        TensorType? type = operand.TensorType is { Shape: { } shape } known
            ? new TensorType(known.ElementType, new TensorShape(shape.Concat(Enumerable.Repeat(Dim.One, missing))))
            : null;
        Value aligned = conversion.Insert("Unsqueeze", "aligned", [operand], [("axes", axes)], type);
        conversion.SetInputs(conversion.Node.Input(0), aligned);
    }

    private static void DropTestFlag(NodeConversion conversion)
    {
        if ((conversion.TakeInt("is_test") ?? 0) == 0)
        {
            throw conversion.Refuse("it trains ('is_test' is 0)");
        }
    }

    private static void StateAxis(NodeConversion conversion)
    {
        if (!conversion.Node.Attributes.Contains("axis"))
        {
            conversion.Changed();
            conversion.Node.Attributes.Set(("axis", 1L));
        }
    }

    private static void ShapeToInput(NodeConversion conversion)
    {
        conversion.Take("consumed_inputs");
        long[] shape = conversion.TakeInts("shape") ?? throw conversion.Refuse("it has no attribute 'shape'");
        conversion.SetInputs(conversion.Node.Input(0), conversion.Ints("shape", shape));
    }

    private static void NumberType(NodeConversion conversion)
    {
        string word = conversion.Take("to")?.String ?? "";
        if (!Enum.TryParse(word, ignoreCase: true, out ElementType type) || type == ElementType.Undefined)
        {
            throw conversion.Refuse($"'to' = '{word}' is no type");
        }

        conversion.Changed();
        conversion.Node.Attributes.Set(("to", (long)type));
    }

    private static void RenameWidths(NodeConversion conversion)
    {
        long[] pads = conversion.TakeInts("paddings") ?? throw conversion.Refuse("it has no attribute 'paddings'");
        conversion.Changed();
        conversion.Node.Attributes.Set(("pads", pads));
    }

    private static void StateScales(NodeConversion conversion)
    {
        float height = conversion.TakeFloat("height_scale") ?? throw conversion.Refuse("it has no attribute 'height_scale'");
        float width = conversion.TakeFloat("width_scale") ?? throw conversion.Refuse("it has no attribute 'width_scale'");
        if (conversion.Node.Attributes["mode"] is { String: "bilinear" })
        {
            conversion.Node.Attributes.Set(("mode", "linear"));
        }

        conversion.Changed();
        conversion.Node.Attributes.Set(Attribute.Of("scales", (ReadOnlySpan<float>)[1, 1, height, width]));
    }
}
