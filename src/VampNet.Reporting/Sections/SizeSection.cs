using VampNet.Reporting.Plots;

namespace VampNet.Reporting.Sections;

/// <summary>The section on sizes: of graphs, by part and by format.</summary>
internal static class SizeSection
{
    public static void Write(HtmlText page, RunReport report)
    {
        string[] parts = ReportPlots.LargestParts(report.Weights);
        page.Section("sizes", "Size");
        page.Plot(ReportPlots.Sizes(report.Weights, parts), "Weights by part.", HtmlText.Keys(parts));
        page.Table(ReportTable.FormatColumns, ReportTable.FormatRows(report));
        page.Folded("Weights by part and format", ReportTable.WeightColumns, ReportTable.WeightRows(report)).EndSection();
    }
}
