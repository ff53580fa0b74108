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
            page.Paragraph("No sound was made.").EndSection();
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
                "Spectrograms: 80 mel bands up to half the sample rate, -80 to 0 dB of full scale. Distances: the mean difference "
                    + "of two such spectrograms."
            )
            .EndSection();
    }
}
