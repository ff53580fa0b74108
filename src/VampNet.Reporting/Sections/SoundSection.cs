using System.Collections.Immutable;
using VampNet.Reporting.Sound;

namespace VampNet.Reporting.Sections;

/// <summary>The clips of a report with their spectrograms.</summary>
internal static class SoundSection
{
    public static void Write(HtmlText page, RunReport report, ImmutableArray<ReportClip> clips)
    {
        page.Section("sound", "Sound");
        if (clips.IsEmpty)
        {
            page.Paragraph("No vamp was made.");
            WriteRoundTrips(page, report);
            page.EndSection();
            return;
        }

        page.Markup("<div class=\"clips\">");
        foreach (ReportClip clip in clips)
        {
            page.Markup(
                $"""
                <figure><figcaption>{HtmlText.Escape(clip.Label)}</figcaption>
                <img alt="log-mel spectrogram: {HtmlText.Escape(clip.Label)}" src="data:image/png;base64,{Convert.ToBase64String(
                    SpectrogramPicture.Draw(clip.Spectrogram)
                )}">
                <audio controls preload="metadata" src="data:audio/wav;base64,{Convert.ToBase64String(clip.ToWav())}"></audio></figure>
                """
            );
        }

        page.Markup("</div>");
        page.Table(ReportTable.ClipColumns, ReportTable.ClipRows(report));
        page.Paragraph(
            "Spectrograms: 80 mel bands up to half the sample rate, -80 to 0 dB of full scale. Distances: the mean difference of two such "
                + "spectrograms. Vamps are made with the same seed, so that float32 and quantized models draw the same random numbers: one "
                + "flipped token leads to other "
                + "music, which the distance from float32 shows and the statistics of the spectrum should not. Those are the mean "
                + "frequency by power, the deviation from it, the frequency below which 85 % of the power is, flatness (0 dB is noise), "
                + "and the mean change from window to window."
        );
        if (clips.Any(clip => clip.IsTuned))
        {
            page.Paragraph(
                "Before and after tuning: the same input with the same seed and controls, first with the models that tuning began with, "
                    + "then with the tuned ones."
            );
        }

        WriteRoundTrips(page, report);
        page.EndSection();
    }

    private static void WriteRoundTrips(HtmlText page, RunReport report)
    {
        if (report.RoundTrips.IsEmpty)
        {
            return;
        }

        page.Table(ReportTable.RoundTripColumns, ReportTable.RoundTripRows(report.RoundTrips));
        page.Paragraph(ReportTable.AboutRoundTrips);
    }
}
