using System.Text.RegularExpressions;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Browser;

public sealed partial class ReportPageTests(ExportedModels models) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Report_InABrowser_ShowsItsSectionsAsksForNothingAndCanBePlayed()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium on the PATH");
        string page = await MakeReportAsync();

        Chromium.Visit visit = await Chromium.OpenAsync(page, _folder.At("first"), TestContext.Current.CancellationToken);

        Assert.Empty(visit.Console);
        Assert.Empty(visit.Requests);
        Assert.Equal(
            ["baseline", "configuration", "ledger", "parity", "quantization", "sizes", "time", "sound", "skipped", "machine"],
            Section().Matches(visit.Dom).Select(match => match.Groups[1].Value)
        );

        // The page allows no script, so a copy that does measures it: what its players decode, and whether it fits a phone.
        string copy = _folder.At("copy.html");
        File.WriteAllText(
            copy,
            Policy().Replace(File.ReadAllText(page), "", 1)
                + """
                <img src="http://elsewhere.invalid/x.png">
                <script>
                const decode = async clip => {
                  const sound = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(await (await fetch(clip.src)).arrayBuffer());
                  return `${Math.round(sound.duration * 100)}${sound.getChannelData(0).some(sample => sample !== 0) ? "" : " silent"}`;
                };
                const length = clip => new Promise(done => {
                  const tell = () => done(clip.error ? "unplayable" : Math.round(clip.duration * 100));
                  if (clip.readyState > 0 || clip.error) tell();
                  clip.onloadedmetadata = clip.onerror = tell;
                });
                const clips = [...document.querySelectorAll("audio")];
                Promise.all(clips.map(length)).then(lengths => document.body.setAttribute("data-lengths", lengths.join(" ")));
                Promise.all(clips.map(decode)).then(lengths => document.body.setAttribute("data-decoded", lengths.join(" ")));
                const drawings = [...document.querySelectorAll("svg, figure img")];
                document.body.setAttribute("data-drawn", drawings.filter(each => each.getBoundingClientRect().height > 50).length);
                document.body.setAttribute("data-overflow", document.documentElement.scrollWidth - document.documentElement.clientWidth);
                </script>
                """
        );
        Chromium.Visit played = await Chromium.OpenAsync(copy, _folder.At("second"), TestContext.Current.CancellationToken);

        // Half a second of sound at 32 kHz, padded to whole frames of 768 samples at 44.1 kHz: input, round trip, both vamps.
        Assert.Contains("data-lengths=\"51 51 51 51\"", played.Dom, StringComparison.Ordinal);
        Assert.Contains("data-decoded=\"51 51 51 51\"", played.Dom, StringComparison.Ordinal);
        // Ten plots and four spectrograms; nothing wider than the window.
        Assert.Contains("data-drawn=\"14\"", played.Dom, StringComparison.Ordinal);
        Assert.Contains("data-overflow=\"0\"", played.Dom, StringComparison.Ordinal);
        // The copy asks for a picture elsewhere: had the page done so, it would have shown.
        Assert.Equal(["http://elsewhere.invalid/x.png"], played.Requests);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> MakeReportAsync()
    {
        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        foreach (string graph in (string[])["coarse.onnx", "c2f.onnx"])
        {
            await CapturedTerminal.RunAsync("quantize", Path.Combine(models.Models, graph), _folder.At($"dynamic/{graph}"), "--judge", "0");
        }

        foreach (string file in Directory.GetFiles(models.Models, "codec_*.onnx*"))
        {
            File.Copy(file, _folder.At($"dynamic/{Path.GetFileName(file)}"));
        }

        string[] report =
        [
            "report",
            models.Models,
            "--out",
            _folder.At("out"),
            "--frames",
            "3",
            "9",
            "--runs",
            "1",
            "--music",
            "0.2",
            "--input",
            models.Sound,
            "--quantized",
            _folder.At("dynamic"),
            "--exporter",
            Golden.Path("foreign"),
        ];
        await CapturedTerminal.RunAsync([.. report, "--baseline", _folder.At("baseline.json")]);
        await CapturedTerminal.RunAsync([.. report, "--against", _folder.At("baseline.json")]);
        return _folder.At("out/report.html");
    }

    [GeneratedRegex("<section id=\"([a-z]+)\">")]
    private static partial Regex Section();

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")]
    private static partial Regex Policy();
}
