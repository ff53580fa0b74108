using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Sections;

/// <summary>The section on provenance: graphs, checkpoints, and the ledger of tensors.</summary>
internal static class ModelSection
{
    public static void Write(HtmlText page, RunReport report)
    {
        page.Section("configuration", "Models and their checkpoints");
        page.Table(VerdictTable.Columns, VerdictTable.Rows(report.Verification));
        foreach (ReportedModel model in report.Models)
        {
            page.Markup($"<details><summary>{HtmlText.Escape(model.Name)}: configuration and provenance</summary>");
            page.Facts([
                ("checkpoint SHA-256", model.CheckpointSha256),
                .. model.CodecSha256 is { } codec ? [("codec SHA-256", codec)] : Array.Empty<(string, string)>(),
                .. model.LoraSha256 is { } lora ? [("LoRA SHA-256", lora)] : Array.Empty<(string, string)>(),
                .. model.Configuration.Select(each =>
                    (each.Key, each.Value?.ToJsonString().Replace(",", ", ", StringComparison.Ordinal) ?? "null")
                ),
            ]);
            page.Markup("</details>");
        }

        page.EndSection();
    }

    public static void WriteLedger(HtmlText page, RunReport report)
    {
        page.Section("ledger", "Where every checkpoint tensor went");
        page.Table(ReportTable.LedgerColumns, ReportTable.LedgerRows(report));
        IgnoredTensor[] ignored = [.. report.Ledgers.SelectMany(ledger => ledger.Ignored)];
        if (ignored.Length > 0)
        {
            page.Folded(
                $"{ignored.Length} tensors left out, and why",
                ["tensor", "reason"],
                ignored.Select(each => (string[])[each.Tensor, each.Reason])
            );
        }

        page.EndSection();
    }
}
