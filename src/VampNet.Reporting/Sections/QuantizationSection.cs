using VampNet.Reporting.Plots;

namespace VampNet.Reporting.Sections;

/// <summary>The section on quantization: losses against float32, by graph, layer and codebook.</summary>
internal static class QuantizationSection
{
    public static void Write(HtmlText page, RunReport report)
    {
        page.Section("quantization", "Quantized against float32");
        if (report.Quantized.IsEmpty)
        {
            page.Paragraph("No quantized graphs were given.").EndSection();
            return;
        }

        page.Table(ReportTable.QuantizedColumns, ReportTable.QuantizedRows(report));
        page.Paragraph(
            $"{ReportTable.AboutQuantized(report)} SQNR: power of the float32 signal over power of the "
                + "difference; 6 dB more means half the difference. Speed-up: from the section on time, at its longest T."
        );
        if (report.Quantized.Any(graph => graph.Loss.Likelihood is not null))
        {
            page.Folded(
                "The likelihood of true tokens by mask ratio and codebook",
                ReportTable.LikelihoodColumns,
                ReportTable.LikelihoodRows(report)
            );
        }

        foreach (string warning in ReportTable.Warnings(report))
        {
            page.Paragraph(warning);
        }

        if (report.Quantized.Any(graph => !graph.Layers.IsEmpty))
        {
            page.Plot(
                ReportPlots.LayerLosses(report.Quantized),
                "Signal to quantization noise ratio (SQNR, dB) of each layer's output; losses of earlier layers are included. Red: "
                    + "10 dB or less; green: 40 dB or more.",
                []
            );
            page.Folded("The layers in numbers", ReportTable.LayerLossColumns, ReportTable.LayerLossRows(report));
        }

        QuantizedGraph[] choosing = [.. report.Quantized.Where(graph => !graph.Loss.Codebooks.IsEmpty)];
        if (choosing.Length > 0)
        {
            page.Plot(
                ReportPlots.Flips(report, choosing),
                "Tokens that quantization flips, by codebook.",
                HtmlText.Keys(choosing.Select(ReportPlots.NameOf))
            );
            page.Folded("The flips in numbers", ReportTable.FlipColumns, ReportTable.FlipRows(report));
        }

        page.EndSection();
    }
}
