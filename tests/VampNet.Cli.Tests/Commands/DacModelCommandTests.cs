using System.Text.Json;
using VampNet.Checkpoints.Dac;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

/// <summary>A plain DAC codec of odd strides, alone, through every command that takes a folder of models.</summary>
public sealed class DacModelCommandTests : IDisposable
{
    private static readonly string Checkpoint = Golden.Path("dac/odd/weights.pth");

    private readonly TemporaryFolder _folder = new();

    private string Models => _folder.At("models");

    [Fact]
    public async Task Commands_ADacCodecAlone_VerifyQuantizeBenchAndReportIt()
    {
        await DoneAsync("export", "--codec", Checkpoint, "--out", Models);

        CapturedTerminal.Outcome verified = await DoneAsync("verify", Models, "--codec", Checkpoint);
        Assert.Equal(2, verified.Output.Split('\n').Count(line => line.Contains("| pass ", StringComparison.Ordinal)));

        foreach (string graph in new[] { "codec_encoder.onnx", "codec_decoder.onnx" })
        {
            string[] quantize = ["quantize", Path.Combine(Models, graph), Path.Combine(_folder.At("static"), graph), "--scheme", "static"];
            CapturedTerminal.Outcome quantized = await DoneAsync([.. quantize, "--judge", "0", "--calibration", "seeded"]);
            Assert.Contains("warning: ranges were measured on seeded inputs", quantized.Error, StringComparison.Ordinal);
            Assert.True(new FileInfo(Path.Combine(_folder.At("static"), graph)).Exists);
        }

        CapturedTerminal.Outcome refused = await CapturedTerminal.RunAsync(
            "quantize",
            Path.Combine(Models, "codec_encoder.onnx"),
            _folder.At("refused.onnx"),
            "--scheme",
            "static"
        );
        Assert.Equal(ExitCode.DataRefused, refused.ExitCode);
        Assert.Contains("error VNQ0121: ", refused.Error, StringComparison.Ordinal);

        CapturedTerminal.Outcome timed = await DoneAsync("bench", Models, "--frames", "9", "--runs", "1");
        Assert.Contains("codec_decoder.onnx", timed.Output, StringComparison.Ordinal);

        string[] report = ["report", Models, "--out", _folder.At("report"), "--quantized", _folder.At("static"), "--frames", "9"];
        await DoneAsync([.. report, "--runs", "1"]);
        using JsonDocument json = JsonDocument.Parse(
            await File.ReadAllTextAsync(_folder.At("report/report.json"), TestContext.Current.CancellationToken)
        );
        Assert.All(
            json.RootElement.GetProperty("quantized").EnumerateArray(),
            graph => Assert.Contains("seeded", graph.GetProperty("warning").GetString(), StringComparison.Ordinal)
        );
        Assert.Contains(
            "Warning for static/codec_encoder.onnx, static/codec_decoder.onnx: ranges were measured on seeded inputs",
            await File.ReadAllTextAsync(_folder.At("report/report.md"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "codec_decoder.onnx",
            await File.ReadAllTextAsync(_folder.At("report/report.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        // Static INT8 has QuantizeLinear and DequantizeLinear around the convolutions that windows need without padding.
        using (FileStream stream = File.Create(_folder.At("windows.dac")))
        {
            DacFileWriter.Write(stream, new DacFile([.. new ushort[12 * 54]], 12, 1, [-20f], 1500, 24000, 27, IsPadded: false));
        }

        await DoneAsync("decode", _folder.At("windows.dac"), _folder.At("windows.wav"), "--models", _folder.At("static"));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<CapturedTerminal.Outcome> DoneAsync(params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(arguments);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
        return outcome;
    }
}
