namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// RoiAlign takes pixel centres since opset 16 unless it says 'output_half_pixel', which was its only way before. GridSample calls its
/// modes linear and cubic since opset 20, before bilinear and bicubic. Scan lost its axis of batches with opset 9.
/// </summary>
internal static class SamplingRules
{
    private const string OldRoiMode = "output_half_pixel";

    public static void Register(ConversionRules rules)
    {
        rules.Add("RoiAlign", 16, StateRoiMode, DropRoiMode);
        rules.Add("GridSample", 20, RaiseGrid, LowerGrid);
        rules.Add(
            "Scan",
            9,
            static conversion =>
                throw conversion.Refuse("it scans each sample of a batch for a length of its own, which opset 9 no longer does")
        );
    }

    private static void StateRoiMode(NodeConversion conversion)
    {
        conversion.Changed();
        conversion.Node.Attributes.Set(("coordinate_transformation_mode", OldRoiMode));
    }

    private static void DropRoiMode(NodeConversion conversion)
    {
        if (conversion.Take("coordinate_transformation_mode")?.String != OldRoiMode)
        {
            throw conversion.Refuse("it takes pixel centres, which came with opset 16");
        }

        conversion.LowerAsExtension();
        conversion.Changed();
    }

    private static void RaiseGrid(NodeConversion conversion)
    {
        if (conversion.Node.Attributes["mode"] is { Reference: null } attribute)
        {
            conversion.Changed();
            conversion.Node.Attributes.Set(
                (
                    "mode",
                    attribute.String switch
                    {
                        "bilinear" => "linear",
                        "bicubic" => "cubic",
                        var same => same,
                    }
                )
            );
        }
    }

    private static void LowerGrid(NodeConversion conversion)
    {
        if (conversion.RankOf(0) != 4)
        {
            throw conversion.Refuse("it samples no images of rank 4, which came with opset 20");
        }

        conversion.LowerAsExtension();
        if (conversion.Node.Attributes["mode"] is { Reference: null } attribute)
        {
            conversion.Changed();
            conversion.Node.Attributes.Set(
                (
                    "mode",
                    attribute.String switch
                    {
                        "linear" => "bilinear",
                        "cubic" => "bicubic",
                        var same => same,
                    }
                )
            );
        }
    }
}
