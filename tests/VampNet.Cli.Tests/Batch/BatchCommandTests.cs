using System.Text.Json;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Batch;

public sealed class BatchCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Vamp_Shards_TogetherGiveWhatTheWholeGives()
    {
        MakeSounds(5);
        await DoneAsync("vamp", At("in"), "--out", At("whole"), "--steps", "1", "--batch", "2");
        for (int shard = 2; shard >= 0; shard--)
        {
            await DoneAsync("vamp", At("in"), "--out", At("parts"), "--steps", "1", "--batch", "2", "--shard", $"{shard}/3");
        }

        SortedDictionary<string, string> whole = FolderContents.Of(At("whole"));
        Assert.Equal(whole, FolderContents.Of(At("parts")));
        // Two sounds, settings and a record for each.
        Assert.Equal(5 * 4, whole.Values.Count(hash => hash != "folder"));
        CapturedTerminal.Outcome summary = await CapturedTerminal.RunAsync("batch", "summary", At("parts"));
        Assert.Equal(ExitCode.Done, summary.ExitCode);
        Assert.Matches("(?m)^finished +5$", summary.Output);
    }

    [Fact]
    public async Task Vamp_OneFile_IsWhatTheSingleCommandMakes()
    {
        MakeSounds(1);
        await DoneAsync("vamp", At("in"), "--out", At("out"), "--steps", "2", "--seed", "9", "--preset", "timbre transfer");

        CapturedTerminal.Outcome single = await CapturedTerminal.RunAsync([
            "vamp",
            At("in/00.wav"),
            At("single.wav"),
            "--steps",
            "2",
            "--seed",
            "9",
            "--preset",
            "timbre transfer",
            "--models",
            exported.Models,
        ]);

        Assert.Equal(ExitCode.Done, single.ExitCode);
        Assert.Equal(File.ReadAllBytes(At("single.wav")), File.ReadAllBytes(At("out/00.wav")));
        Assert.Equal(File.ReadAllText(At("single.json")), File.ReadAllText(At("out/00.json")));
    }

    [Fact]
    public async Task EncodeThenDecode_Folder_KeepsItsFolders()
    {
        MakeSounds(2);
        Directory.CreateDirectory(At("in/sub"));
        File.Copy(exported.OtherSound, At("in/sub/x.wav"));

        await DoneAsync("encode", At("in"), "--out", At("codes"));
        await DoneAsync("decode", At("codes"), "--out", At("sounds"), "--format", "pcm16");

        Assert.Equal(["00.wav", "01.wav", "sub/x.wav"], Sounds("sounds"));
    }

    [Fact]
    public async Task EncodeThenDecode_DacFiles_AreWhatTheSingleCommandsMake()
    {
        MakeSounds(2);

        await DacAsync("encode", At("in"), "--out", At("codes"), "--dac", "--window", "0.45");
        await DacAsync("decode", At("codes"), "--out", At("sounds"));
        CapturedTerminal.Outcome[] single =
        [
            await CapturedTerminal.RunAsync("encode", At("in/00.wav"), At("one.dac"), "--window", "0.45", "--models", exported.Dac),
            await CapturedTerminal.RunAsync("decode", At("one.dac"), At("one.wav"), "--models", exported.Dac),
        ];

        Assert.All(single, outcome => Assert.Equal(ExitCode.Done, outcome.ExitCode));
        Assert.Equal(["00.wav", "01.wav"], Sounds("sounds"));
        Assert.Equal(File.ReadAllBytes(At("one.dac")), File.ReadAllBytes(At("codes/00.dac")));
        Assert.Equal(File.ReadAllBytes(At("one.wav")), File.ReadAllBytes(At("sounds/00.wav")));
    }

    [Fact]
    public async Task Encode_DacFilesByALacCodec_AreRefused()
    {
        MakeSounds(1);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "batch",
            "encode",
            At("in"),
            "--out",
            At("codes"),
            "--dac",
            "--models",
            exported.Models,
        ]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNL0011", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Again_SkipsWhatIsFinishedAndMakesWhatChanged()
    {
        MakeSounds(3);
        await DoneAsync("encode", At("in"), "--out", At("out"));
        DateTime before = File.GetLastWriteTimeUtc(At("out/00.safetensors"));
        File.Copy(exported.Sound, At("in/01.wav"), overwrite: true);
        File.WriteAllText(At("out/02.safetensors"), "damaged");

        string output = await DoneAsync("encode", At("in"), "--out", At("out"));

        Assert.Matches("(?m)^made +2$", output);
        Assert.Matches("(?m)^already there +1$", output);
        Assert.Equal(before, File.GetLastWriteTimeUtc(At("out/00.safetensors")));
        Assert.Matches("(?m)^already there +3$", await DoneAsync("encode", At("in"), "--out", At("out")));
    }

    [Theory]
    [InlineData("--seed", "4")]
    [InlineData("--format", "pcm16")]
    [InlineData("--dropout", "0.3")]
    public async Task Vamp_OtherSettings_MakeEverythingAnew(string option, string value)
    {
        MakeSounds(1);
        await DoneAsync("vamp", At("in"), "--out", At("out"), "--steps", "1");

        string output = await DoneAsync("vamp", At("in"), "--out", At("out"), "--steps", "1", option, value);

        Assert.Matches("(?m)^made +1$", output);
    }

    [Fact]
    public async Task Run_AFileFails_StopsUnlessItIsToKeepGoing()
    {
        MakeSounds(3);
        File.WriteAllText(At("in/01.wav"), "no sound");
        string[] line = ["batch", "encode", At("in"), "--models", exported.Models];

        CapturedTerminal.Outcome stopped = await CapturedTerminal.RunAsync([.. line, "--out", At("stopped")]);
        CapturedTerminal.Outcome kept = await CapturedTerminal.RunAsync([.. line, "--out", At("kept"), "--keep-going"]);

        Assert.Equal(ExitCode.DataRefused, stopped.ExitCode);
        Assert.Matches("(?m)^not tried +1$", stopped.Output);
        Assert.False(File.Exists(At("stopped/02.safetensors")));
        Assert.Equal(ExitCode.DataRefused, kept.ExitCode);
        Assert.Matches("(?m)^failed +01.safetensors$", kept.Output);
        Assert.Contains($"{At("in/01.wav")}:\nerror VNR01", kept.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(At("kept/02.safetensors")));
        CapturedTerminal.Outcome summary = await CapturedTerminal.RunAsync("batch", "summary", At("kept"), "--json");
        Assert.Equal(ExitCode.DataRefused, summary.ExitCode);
        using JsonDocument json = JsonDocument.Parse(summary.Output);
        Assert.Equal("01.safetensors", json.RootElement.GetProperty("failed")[0].GetProperty("item").GetString());
    }

    [Fact]
    public async Task Run_Json_PrintsTheLogAndNothingElse()
    {
        MakeSounds(2);

        string output = await DoneAsync("encode", At("in"), "--out", At("out"), "--json");

        string[] events =
        [
            .. output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!),
        ];
        Assert.Equal(["run-started", "finished", "finished", "run-ended"], events);
        Assert.Equal(output, File.ReadAllText(At("out/.vampnet-batch/logs/shard-0-of-1.jsonl")));
    }

    [Fact]
    public async Task Run_List_NamesInputs()
    {
        MakeSounds(3);
        File.WriteAllText(At("list.txt"), $"{At("in/02.wav")}\n\n{At("in/00.wav")}\n");

        await DoneAsync("encode", "--list", At("list.txt"), "--out", At("out"));

        Assert.Equal(["00.safetensors", "02.safetensors"], Directory.GetFiles(At("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Run_AFileOfTheUsersInTheWay_IsKeptUnlessItIsToBeReplaced()
    {
        MakeSounds(1);
        Directory.CreateDirectory(At("out"));
        File.WriteAllText(At("out/00.json"), "mine");
        string[] line = ["batch", "vamp", At("in"), "--out", At("out"), "--models", exported.Models, "--steps", "1"];

        CapturedTerminal.Outcome refused = await CapturedTerminal.RunAsync(line);

        Assert.Equal((ExitCode.DataRefused, "mine"), (refused.ExitCode, File.ReadAllText(At("out/00.json"))));
        Assert.Contains("VNL0033", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out/00.wav")));
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync([.. line, "--overwrite"])).ExitCode);
    }

    [Fact]
    public async Task Run_OutputsBesideInputs_NeverReplaceThem()
    {
        MakeSounds(1);

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "batch",
            "vamp",
            At("in/00.wav"),
            "--out",
            At("in"),
            "--models",
            exported.Models
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNL0021", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(exported.Sound), File.ReadAllBytes(At("in/00.wav")));
    }

    [Fact]
    public async Task Run_NoModels_SaysWhatIsMissing()
    {
        MakeSounds(1);
        Directory.CreateDirectory(At("models"));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "batch",
            "encode",
            At("in"),
            "--out",
            At("out"),
            "--models",
            At("models")
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNR0301", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("batch", "encode", "--out", "x", "--models", "m")]
    [InlineData("batch", "encode", "", "--out", "x", "--models", "m")]
    [InlineData("batch", "encode", "a.wav", "--out", "x", "--models", "m", "--shard", "2/2")]
    [InlineData("batch", "quantize", "a.onnx", "--out", "x", "--scheme", "auto")]
    public async Task Run_WrongUsage_IsTold(params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(arguments);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.EndsWith(
            $"Run \"vampnet {string.Join(' ', arguments.Take(2))} --help\" for the arguments and an example.\n",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Summary_FolderWithoutALog_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("batch", "summary", _folder.Path);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0035: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_Graphs_GivesTheGraphsOfTheSingleCommand()
    {
        string graph = Golden.Path("foreign/coarse_torch_export.onnx");
        string[] line = ["batch", "quantize", graph, Path.Combine(exported.Models, "coarse.onnx"), "--scheme", "weight-only-4"];
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync([.. line, "--out", At("out")])).ExitCode);
        await CapturedTerminal.RunAsync(
            "quantize",
            graph,
            At("single/coarse_torch_export.onnx"),
            "--scheme",
            "weight-only-4",
            "--judge",
            "0"
        );

        foreach (string file in Directory.GetFiles(At("single")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(At("out"), Path.GetFileName(file))));
        }

        Assert.Matches("(?m)^already there +2$", (await CapturedTerminal.RunAsync([.. line, "--out", At("out")])).Output);
        Assert.Matches("(?m)^made +2$", (await CapturedTerminal.RunAsync([.. line, "--out", At("out"), "--block-size", "64"])).Output);
    }

    [Fact]
    public async Task Quantize_GoalMissed_FailsAndLeavesNothing()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "batch",
            "quantize",
            Golden.Path("foreign/coarse_torch_export.onnx"),
            "--out",
            At("out"),
            "--goal",
            "sqnr>=500",
            "--judge",
            "1",
            "--extent",
            "11",
            "--include",
            "*ffn*",
            "--include",
            "*feed_forward*",
        ]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNL0034", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("out")));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => _folder.At(name);

    private string[] Sounds(string folder) =>
        [
            .. Directory
                .GetFiles(At(folder), "*.wav", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(At(folder), path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];

    private void MakeSounds(int count)
    {
        Directory.CreateDirectory(At("in"));
        for (int i = 0; i < count; i++)
        {
            File.Copy(i % 2 == 0 ? exported.Sound : exported.OtherSound, At($"in/{i:00}.wav"));
        }
    }

    private async Task DacAsync(params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["batch", .. arguments, "--models", exported.Dac]);
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
    }

    private async Task<string> DoneAsync(string operation, params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["batch", operation, .. arguments, "--models", exported.Models]);
        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        return outcome.Output;
    }
}
