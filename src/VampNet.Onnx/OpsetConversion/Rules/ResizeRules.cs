using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// Upsample (7: scales as attribute, 9: as input) is Resize since opset 10. Resize states its coordinates since opset 11; before, they
/// were x / scale, rounded down where an axis grows and up where it shrinks. Opset 13 lets it leave out what it does not use, and no
/// longer has 'tf_half_pixel_for_nn'.
/// </summary>
internal static class ResizeRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("Upsample", 9, ScalesToInput);
        rules.Add("Upsample", 10, static conversion => Rename(conversion, "Resize"));
        rules.Add("Resize", 11, StateCoordinates);
        rules.Add("Resize", 13, LeaveOutUnused, GiveUnused);
        rules.Add("Scatter", 11, static conversion => Rename(conversion, "ScatterElements"));
    }

    private static void Rename(NodeConversion conversion, string opType)
    {
        conversion.Changed();
        conversion.Node.OpType = opType;
    }

    private static void ScalesToInput(NodeConversion conversion)
    {
        float[] scales = conversion.Take("scales") is { } attribute
            ? [.. attribute.Floats]
            : throw conversion.Refuse("it has no attribute 'scales'");
        conversion.SetInputs(conversion.Node.Input(0), conversion.Constant("scales", TensorData.FromArray(scales, scales.Length)));
    }

    private static void StateCoordinates(NodeConversion conversion)
    {
        Node node = conversion.Node;
        Value? scales = node.Input(1);
        Value roi = NoNumbers(conversion);
        if (node.Attributes.GetString("mode", "nearest") != "nearest")
        {
            node.Attributes.Set(("mode", "linear"));
            node.Attributes.Set(("coordinate_transformation_mode", "asymmetric"));
            conversion.SetInputs(node.Input(0), roi, scales);
            return;
        }

        float[]? known = RewriteContext.ConstantOf(scales) is { ElementType: ElementType.Float } data ? data.ToArray<float>() : null;
        if (known is not null && (Array.TrueForAll(known, scale => scale >= 1) || Array.TrueForAll(known, scale => scale <= 1)))
        {
            Round(node, grows: Array.TrueForAll(known, scale => scale >= 1));
            conversion.SetInputs(node.Input(0), roi, scales);
            return;
        }

        // Axes are independent, so two nodes resize them: first those that grow, then those that shrink.
        (Value up, Value down) = known is null
            ? (Bounded("Max", "up"), Bounded("Min", "down"))
            : (
                conversion.Constant("scales", TensorData.FromArray(Array.ConvertAll(known, scale => Math.Max(scale, 1)), known.Length)),
                conversion.Constant("scales", TensorData.FromArray(Array.ConvertAll(known, scale => Math.Min(scale, 1)), known.Length))
            );
        Value larger = conversion.Insert(
            "Resize",
            "grown",
            [node.Input(0), roi, up],
            [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
            conversion.RankOf(0) is >= 0 and var rank ? new TensorType(conversion.ElementOf(0), TensorShape.OfRank(rank)) : null
        );
        Round(node, grows: false);
        conversion.SetInputs(larger, roi, down);

        Value Bounded(string opType, string role) =>
            conversion.Insert(opType, role, [scales, conversion.Constant("one", TensorData.Scalar(1f))], [], scales?.Type);
    }

    private static void Round(Node node, bool grows)
    {
        node.Attributes.Set(("mode", "nearest"));
        node.Attributes.Set(("coordinate_transformation_mode", "asymmetric"));
        node.Attributes.Set(("nearest_mode", grows ? "floor" : "ceil"));
    }

    private static void LeaveOutUnused(NodeConversion conversion)
    {
        Node node = conversion.Node;
        string mode = node.Attributes.GetString("coordinate_transformation_mode", "half_pixel");
        if (mode == "tf_half_pixel_for_nn")
        {
            throw conversion.Refuse($"opset 13 no longer has 'coordinate_transformation_mode' = '{mode}'");
        }

        Value? roi = mode == "tf_crop_and_resize" ? node.Input(1) : null;
        Value? scales = RewriteContext.ConstantOf(node.Input(2)) is { ElementCount: 0 } ? null : node.Input(2);
        if (roi != node.Input(1) || scales != node.Input(2))
        {
            // With sizes, scales have no effect and must be omitted.
            conversion.SetInputs(node.Input(0), roi, node.Input(3) is null ? scales : null, node.Input(3));
        }
    }

    private static void GiveUnused(NodeConversion conversion)
    {
        Node node = conversion.Node;
        conversion.SetInputs(node.Input(0), node.Input(1) ?? NoNumbers(conversion), node.Input(2) ?? NoNumbers(conversion), node.Input(3));
        conversion.LowerAsExtension();
    }

    private static Value NoNumbers(NodeConversion conversion) => conversion.Constant("none", TensorData.FromArray(Array.Empty<float>(), 0));
}
