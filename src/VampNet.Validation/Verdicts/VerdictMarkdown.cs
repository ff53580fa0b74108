using System.Globalization;
using System.Text;
using VampNet.Inference.Comparison;

namespace VampNet.Validation.Verdicts;

/// <summary>Verification reports as Markdown: the table of graphs, then each graph's cases with the worst element and the token
/// disagreements.</summary>
public static class VerdictMarkdown
{
    /// <summary>The report as Markdown text.</summary>
    public static string Write(VerificationReport report)
    {
        var text = new StringBuilder();
        MarkdownTable.Append(text, VerdictTable.Columns, VerdictTable.Rows(report));
        foreach (GraphVerdict verdict in report.Verdicts)
        {
            AppendVerdict(text, verdict);
        }

        return text.ToString();
    }

    private static void AppendVerdict(StringBuilder text, GraphVerdict verdict)
    {
        string limit = verdict.Budget.MaxAbsoluteError is { } error ? $"|difference| <= {Number(error)}" : "tokens only";
        text.Append(CultureInfo.InvariantCulture, $"\n## {MarkdownTable.Escape(verdict.File)}\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Against {verdict.Reference}, seed {verdict.Seed}, budget {verdict.Budget.Name}: {limit}, ties up to "
                + $"{Number(verdict.Budget.TieMargin)}. {verdict.Budget.Reason}\n\n"
        );
        MarkdownTable.Append(
            text,
            ["B#", "T#", "mean |difference|#", "worst |difference|#", "worst element", "tokens equal#", "widest margin#", "verdict"],
            verdict.Cases.Select(Cells)
        );
        foreach (CaseVerdict each in verdict.Cases)
        {
            foreach (TokenDisagreement miss in each.Tokens?.Widest ?? [])
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"\n- B {each.Case.Batch}, T {each.Case.Frames}, [{string.Join(", ", miss.Position)}]: token {miss.Expected} "
                        + $"expected, {miss.Actual} chosen, margin {Number(miss.Margin)}"
                );
            }
        }

        text.Append('\n');
    }

    private static string[] Cells(CaseVerdict each) =>
        [
            each.Case.Batch.ToString(CultureInfo.InvariantCulture),
            each.Case.Frames.ToString(CultureInfo.InvariantCulture),
            each.Difference is { } mean ? Number(mean.MeanAbsoluteError) : "-",
            each.Difference is { } difference ? Number(difference.Worst.AbsoluteError) : "-",
            each.Difference?.Worst.ToString() ?? "-",
            each.Tokens is { } tokens
                ? string.Create(CultureInfo.InvariantCulture, $"{tokens.Positions - tokens.Disagreements} of {tokens.Positions}")
                : "-",
            each.Tokens is { } agreement ? Number(agreement.WidestMargin) : "-",
            each.Passed ? "pass" : "FAIL",
        ];

    private static string Number(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
