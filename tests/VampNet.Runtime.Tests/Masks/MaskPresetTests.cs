using System.Globalization;
using VampNet.Runtime.Masks;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Masks;

public sealed class MaskPresetTests
{
    [Fact]
    public void All_AgainstTheGuidesTable_HaveItsNumbers()
    {
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(Golden.RepositoryRoot, "docs", "music.md"))
                .SkipWhile(line => !line.StartsWith("| --preset", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];

        Assert.Equal(8, rows.Length);
        Assert.Equal(
            rows.Select(row => string.Join('|', row)),
            MaskPreset.All.Select(preset =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{preset.Name}|{preset.PeriodicPrompt}|{preset.UpperCodebookMask}|"
                        + $"{preset.OnsetMaskWidth}|{preset.Dropout}|{preset.BeatMaskSeconds}"
                )
            )
        );
    }

    [Fact]
    public void Find_AnyCase_IsThePresetAndUnknownIsNull()
    {
        Assert.Equal(13, MaskPreset.Find("LARGE Variation")?.PeriodicPrompt);
        Assert.Null(MaskPreset.Find("variation"));
    }
}
