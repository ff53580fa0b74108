using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests;

public sealed partial class ReportPageTests(ExportedModels models) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Report_InABrowser_ShowsItsSectionsAsksForNothingAndCanBePlayed()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium on the PATH");
        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        await CapturedTerminal.RunAsync("report", models.Models, "--out", _folder.At("out"), "--frames", "3", "9", "--runs", "1", "--music", "0.2", "--input", models.Sound);
        string page = _folder.At("out/report.html");

        Chromium.Visit visit = await Chromium.OpenAsync(page, _folder.At("first"), TestContext.Current.CancellationToken);

        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
        Assert.Equal(
            ["configuration", "ledger", "parity", "quantization", "sizes", "time", "sound", "skipped", "machine"],
            Section().Matches(visit.Dom).Select(match => match.Groups[1].Value));

        // The page allows no script, so a copy that does asks its players how long their clips are.
        string copy = _folder.At("copy.html");
        File.WriteAllText(copy, Policy().Replace(File.ReadAllText(page), "", 1) + """
            <img src="http://elsewhere.invalid/x.png">
            <script>
            const clips = [...document.querySelectorAll("audio")];
            Promise.all(clips.map(clip => new Promise(done => {
              const tell = () => done(clip.error ? "unplayable" : Math.round(clip.duration * 100));
              if (clip.readyState > 0 || clip.error) tell();
              clip.onloadedmetadata = clip.onerror = tell;
            }))).then(lengths => document.body.setAttribute("data-lengths", lengths.join(" ")));
            </script>
            """);
        Chromium.Visit played = await Chromium.OpenAsync(copy, _folder.At("second"), TestContext.Current.CancellationToken);

        // Half a second of sound at 32 kHz, padded to whole frames of 768 samples at 44.1 kHz.
        Assert.Contains("data-lengths=\"51 51 51\"", played.Dom, StringComparison.Ordinal);
        // The copy asks for a picture elsewhere: had the page done so, it would have shown.
        Assert.Equal(["http://elsewhere.invalid/x.png"], played.Requests);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("<section id=\"([a-z]+)\">")]
    private static partial Regex Section();

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")]
    private static partial Regex Policy();
}
