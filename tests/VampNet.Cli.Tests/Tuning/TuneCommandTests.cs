using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Tuning;

/// <summary>From a folder of recordings to a model that is exported, with the golden checkpoints.</summary>
public sealed class TuneCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TuneCommandTests()
    {
        Directory.CreateDirectory(_folder.At("music"));
        for (int i = 0; i < 3; i++)
        {
            double frequency = 220 * Math.Pow(2, i / 12.0);
            float[] samples =
            [
                .. Enumerable
                    .Range(0, 44100 * 2)
                    .Select(sample => (float)(0.3 * Math.Sin(2 * Math.PI * frequency * sample / 44100) * Math.Sin(sample / 9000.0))),
            ];
            using FileStream file = File.Create(_folder.At($"music/{i}.wav"));
            WavWriter.Write(file, new AudioClip(44100, samples), WavEncoding.Float32);
        }
    }

    private string Run => _folder.At("run");

    [Fact]
    public async Task Tune_AFolder_MakesARunThatExportTakes()
    {
        CapturedTerminal.Outcome tuned = await TuneAsync("--steps", "3");
        CapturedTerminal.Outcome exported = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--lora",
            Run,
            "--out",
            _folder.At("models"),
            "--json",
        ]);

        Assert.Equal(ExitCode.Done, tuned.ExitCode);
        Assert.Contains("after 3 steps", tuned.Output, StringComparison.Ordinal);
        Assert.Contains("2 trained on, 1 held out", tuned.Output, StringComparison.Ordinal);
        Assert.Contains("training c2f: step 3 of 3, loss ", tuned.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, exported.ExitCode);
        foreach (string file in (string[])["lora.pth", "vampnet/weights.pth"])
        {
            Assert.All((string[])["coarse", "c2f"], model => Assert.True(File.Exists(Path.Combine(Run, model, "best", file))));
        }

        // The whole weights of the latest state: they hold the tuned rows beside the LoRA tensors.
        string weights = Path.Combine(Run, "coarse", "latest", "vampnet", "weights.pth");
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weights))), exported.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_Full_MakesWholeCheckpointsThatReplaceTheBase()
    {
        CapturedTerminal.Outcome tuned = await TuneAsync("--steps", "2", "--model", "c2f", "--full", "--held-out", "0", "--json");
        CapturedTerminal.Outcome exported = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--lora",
            Run,
            "--out",
            _folder.At("models"),
        ]);

        using JsonDocument facts = JsonDocument.Parse(tuned.Output);
        JsonElement model = Assert.Single(facts.RootElement.GetProperty("models").EnumerateArray());
        Assert.Equal(("c2f", 2), (model.GetProperty("model").GetString(), model.GetProperty("steps").GetInt32()));
        Assert.False(Directory.Exists(Path.Combine(Run, "coarse")));
        Assert.False(File.Exists(Path.Combine(Run, "c2f", "latest", "lora.pth")));
        Assert.Equal(ExitCode.Done, exported.ExitCode);
    }

    [Fact]
    public async Task Tune_KilledAndResumed_GivesTheBytesOfAnUninterruptedRun()
    {
        string[] options = ["--model", "coarse", "--steps", "40", "--evaluate-every", "20", "--checkpoint-minutes", "0"];
        await KillAsync(line: 12, [.. Arguments(Run), .. options]);
        Assert.False(File.Exists(Path.Combine(Run, "coarse", "state", "step-00000040.safetensors")), "It ended before it was killed.");

        Assert.Equal(0, await ProcessAsync([.. Arguments(Run), .. options, "--resume"]));
        Assert.Equal(0, await ProcessAsync([.. Arguments(_folder.At("whole")), .. options]));

        foreach (string file in (string[])["latest/lora.pth", "latest/vampnet/weights.pth", "best/lora.pth", "held_out.csv"])
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(_folder.At("whole"), "coarse", file), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(Path.Combine(Run, "coarse", file), TestContext.Current.CancellationToken)
            );
        }
    }

    [Fact]
    public async Task Tune_Again_IsRefusedWithoutResume()
    {
        await TuneAsync("--steps", "1", "--model", "coarse");

        CapturedTerminal.Outcome again = await TuneAsync("--steps", "1", "--model", "coarse");

        Assert.Equal(ExitCode.DataRefused, again.ExitCode);
        Assert.Contains("VNT0203", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_WithACodecThatDoesNotFit_IsRefusedBeforeTraining()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "tune",
            "--coarse",
            Golden.Path("micro/coarse.pth"),
            "--codec",
            Golden.Path("tiny/codec.pth"),
            "--audio",
            _folder.At("music"),
            "--out",
            Run,
        ]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNA0203", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task Tune_AModelThatIsNotNamed_IsWrongUsage()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "tune",
            "--coarse",
            Golden.Path("micro/coarse.pth"),
            "--codec",
            Golden.Path("micro/codec.pth"),
            "--model",
            "c2f",
            "--audio",
            _folder.At("music"),
            "--out",
            Run,
        ]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("--model c2f", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_SmallFromATeacher_ExportsAsAModelOfItsOwn()
    {
        CapturedTerminal.Outcome tuned = await TuneAsync("--steps", "2", "--teacher", Golden.Path("micro"), "--size", "small");
        CapturedTerminal.Outcome exported = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--lora",
            Run,
            "--out",
            _folder.At("models"),
        ]);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (tuned.ExitCode, exported.ExitCode));
    }

    [Fact]
    public async Task Tune_WithATeacherThatIsNotThere_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await TuneAsync("--teacher", _folder.At("music"), "--size", "tiny");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNL0041", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_ASizeWithoutANewModel_IsWrongUsage()
    {
        CapturedTerminal.Outcome outcome = await TuneAsync("--size", "tiny");

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("--init random", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_ShallowFromATeacherInBfloat16_ExportsAsAModelOfItsOwn()
    {
        CapturedTerminal.Outcome tuned = await TuneAsync(
            "--steps",
            "2",
            "--teacher",
            Golden.Path("micro"),
            "--size",
            "shallow",
            "--precision",
            "bfloat16"
        );
        CapturedTerminal.Outcome exported = await CapturedTerminal.RunAsync([
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--lora",
            Run,
            "--out",
            _folder.At("models"),
        ]);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (tuned.ExitCode, exported.ExitCode));
    }

    [Theory]
    [InlineData("VNT0501", "--device", "cuda:7")]
    [InlineData("VNT0502", "--precision", "float16")]
    public async Task Tune_OnWhatTheMachineLacks_IsRefusedBeforeAnythingIsEncoded(string id, string option, string value)
    {
        CapturedTerminal.Outcome outcome = await TuneAsync(option, value);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains(id, outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"{option} {value}", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run));
    }

    [Theory]
    [InlineData("--device", "gpu", "cpu, cuda or cuda:N")]
    [InlineData("--precision", "int8", "bfloat16")]
    public async Task Tune_OnWhatIsNoDeviceOrPrecision_IsWrongUsage(string option, string value, string expected)
    {
        CapturedTerminal.Outcome outcome = await TuneAsync(option, value);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_WithACodecOfAnotherFamily_IsRefusedByNameBeforeAnythingIsEncoded()
    {
        string path = Golden.Path("tiny/codec.pth");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "tune",
            "--coarse",
            Golden.Path("micro/coarse.pth"),
            "--codec",
            path,
            "--audio",
            _folder.At("music"),
            "--out",
            Run,
        ]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNA0203", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task Tune_ResumedWithOtherOptions_NamesThem()
    {
        await TuneAsync("--steps", "1", "--model", "coarse");

        CapturedTerminal.Outcome other = await TuneAsync("--steps", "2", "--model", "coarse", "--resume", "--precision", "bfloat16");

        Assert.Equal(ExitCode.DataRefused, other.ExitCode);
        Assert.Contains("VNT0202", other.Error, StringComparison.Ordinal);
        Assert.Contains("--precision bfloat16 where the run began with float32", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_OneShortFileBesideSilence_TrainsOnItAndNamesTheOther()
    {
        File.Delete(_folder.At("music/1.wav"));
        File.Delete(_folder.At("music/2.wav"));
        using (FileStream silence = File.Create(_folder.At("music/silence.wav")))
        {
            WavWriter.Write(silence, new AudioClip(44100, new float[44100]), WavEncoding.Float32);
        }

        CapturedTerminal.Outcome outcome = await TuneAsync("--steps", "2", "--model", "c2f");

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("1 trained on, 0 held out", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Not trained on: silence.wav. ", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CapturedTerminal.Outcome> TuneAsync(params string[] options) => CapturedTerminal.RunAsync([.. Arguments(Run), .. options]);

    private string[] Arguments(string run) =>
        [
            "tune",
            "--checkpoints",
            Golden.Path("micro"),
            "--audio",
            _folder.At("music"),
            "--out",
            run,
            "--batch",
            "2",
            "--crop",
            "1",
            "--evaluation-crops",
            "2",
            "--loudness-cutoff",
            "-60",
            "--threads",
            "1",
        ];

    private static async Task KillAsync(int line, string[] arguments)
    {
        using Process process = Start(arguments);
        for (int i = 0; i < line && await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is not null; i++) { }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<int> ProcessAsync(string[] arguments)
    {
        using Process process = Start(arguments);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private static Process Start(string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "vampnet.dll"), .. arguments])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
}
