using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Budgets;
using VampNet.Reporting.Plots;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Sections;

/// <summary>The section on parity with TorchSharp: the worst elements, how differences are distributed, and in which layers they
/// arise.</summary>
internal static class ParitySection
{
    public static void Write(HtmlText page, VerificationReport report)
    {
        page.Section("parity", "Against TorchSharp, element by element");
        page.Paragraph(
            "|difference| of every element of the output, and the tokens that both choose, for inputs of B rows and T token frames."
        );
        page.Table(ReportTable.ParityColumns, ReportTable.ParityRows(report));
        if (report.Verdicts.Any(verdict => verdict.Worst is not null))
        {
            page.Plot(
                ReportPlots.Parity(report),
                "The worst element by length. Dotted: the budgets.",
                Keys(report, verdict => verdict.Worst is not null)
            );
        }

        WriteDistribution(page, report);
        WriteLayers(page, report);
        foreach (Budget budget in report.Verdicts.Select(verdict => verdict.Budget).Distinct())
        {
            string limit = budget.MaxAbsoluteError is { } error
                ? string.Create(CultureInfo.InvariantCulture, $"|difference| up to {error:0.0e+0}")
                : "tokens only";
            page.Paragraph(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Budget {budget.Name}: {limit}, ties up to {budget.TieMargin:0.0e+0}. {budget.Reason}"
                )
            );
        }

        page.EndSection();
    }

    private static void WriteDistribution(HtmlText page, VerificationReport report)
    {
        ImmutableArray<DistributionTable> graphs = DistributionTable.Of(report);
        if (!graphs.IsEmpty)
        {
            page.Plot(
                ReportPlots.Distribution(report),
                "How the differences are distributed, in half powers of ten, over all lengths.",
                Keys(report, verdict => graphs.Any(graph => graph.File == verdict.File))
            );
            page.Folded("The distribution in numbers", DistributionTable.Columns(graphs), DistributionTable.Rows(graphs));
        }
    }

    private static void WriteLayers(HtmlText page, VerificationReport report)
    {
        GraphVerdict[] layered = [.. report.Verdicts.Where(verdict => verdict.Layers is not null)];
        if (layered.Length > 0)
        {
            IEnumerable<string> sizes = layered
                .GroupBy(verdict => (verdict.Layers!.Case.Batch, verdict.Layers.Case.Frames))
                .Select(size =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"B {size.Key.Batch}, T {size.Key.Frames} for {string.Join(" and ", size.Select(verdict => verdict.File))}"
                    )
                );
            page.Plot(
                ReportPlots.Layers(report),
                "Largest difference in the output of each layer; differences of earlier layers are included. Layers of transformers, "
                    + $"convolutions and blocks of the codec, and the residual that each codebook quantizes. {string.Join("; ", sizes)}.",
                Keys(report, verdict => verdict.Layers is not null)
            );
            page.Folded("The layers in numbers", ReportTable.LayerColumns, ReportTable.LayerRows(report));
        }
    }

    private static (int, string)[] Keys(VerificationReport report, Func<GraphVerdict, bool> isDrawn) =>
        [.. report.Verdicts.Where(isDrawn).Select(verdict => (ReportPlots.ColourOf(report, verdict.File), verdict.File))];
}
