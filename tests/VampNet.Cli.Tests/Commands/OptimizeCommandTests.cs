using System.Text.Json;
using VampNet.Cli.Commands;
using VampNet.Inference.Budgets;
using VampNet.Inference.Rewriting;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

public sealed class OptimizeCommandTests : IDisposable
{
    private static readonly string Foreign = Golden.Path("foreign/coarse_torch_export.onnx");

    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.At("out/optimized.onnx");

    [Theory]
    [InlineData("portable", 150)]
    [InlineData("onnxruntime", 75)]
    public async Task Optimize_ForeignGraph_ShrinksAndIsCheckedEqual(string target, int mostNodes)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Foreign, Out, "--target", target);
        CapturedTerminal.Outcome inspected = await CapturedTerminal.RunAsync("inspect", Out, "--json");

        Assert.Equal((ExitCode.Done, "rewriting\nwriting\nchecking\n"), (outcome.ExitCode, outcome.Error));
        Assert.Contains("check    equal within rewrite-", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("latents[2,32,61]", outcome.Output, StringComparison.Ordinal);
        using JsonDocument facts = JsonDocument.Parse(inspected.Output);
        Assert.InRange(facts.RootElement.GetProperty("nodes").GetInt32(), 1, mostNodes);
        Assert.Equal(["optimized.onnx"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Out)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Optimize_Explain_SaysWhatFiredWhere()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Foreign, Out, "--explain", "--no-check");

        Assert.Contains("FoldConstants/", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" fired at ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" did not fire at ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("check    not asked for\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_ExternalDataAsJson_WritesTheWeightsBesideTheGraph()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Foreign, Out, "--external-data", "--json");

        Assert.True(File.Exists($"{Out}.data"));
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(Out, json.RootElement.GetProperty("file").GetString());
        Assert.True(json.RootElement.GetProperty("check").GetProperty("passed").GetBoolean());
    }

    [Theory]
    [InlineData("checkpoint_zoo/refuse/html.pth")]
    [InlineData("checkpoint_zoo/refuse/empty.pth")]
    public async Task Optimize_NoGraph_IsRefusedAndNothingIsWritten(string file)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path(file), Out);

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches("(?m)^error VNO[0-9]{4}: ", outcome.Error);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Out)));
    }

    [Fact]
    public async Task Optimize_OlderGraphToAnOpset_ConvertsItAndSaysSo()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "optimize",
            Golden.Path("cases/upsample_opset9.onnx"),
            Out,
            "--opset",
            "19"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Matches("opset    opset 9 to 19: rewrote .*1 Upsample", outcome.Output);
        Assert.Contains("equal within rewrite-", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_ToAnOpsetWithoutTheOperators_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path("cases/lstm.onnx"), Out, "--opset", "9");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("\nerror VNO0902: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optimize_GivenInputs_AreCheckedOn()
    {
        File.WriteAllText(
            _folder.At("inputs.json"),
            "{\"latents\": \"float32[T=11]\"}".Replace("[T=11]", "[B=1,C=32,T=11]", StringComparison.Ordinal)
        );

        CapturedTerminal.Outcome given = await CapturedTerminal.RunAsync(
            "optimize",
            Foreign,
            Out,
            "--input",
            "latents:float32[2,?,T=13]-2..2"
        );
        CapturedTerminal.Outcome filed = await CapturedTerminal.RunAsync(
            "optimize",
            Foreign,
            Out,
            "--input-file",
            _folder.At("inputs.json")
        );

        Assert.Contains("on latents[2,32,13]: worst", given.Output, StringComparison.Ordinal);
        Assert.Contains("on latents[1,32,11]: worst", filed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--input", "latents:float33", ExitCode.WrongUsage, "is no type")]
    [InlineData("--input", "nobody:[1]", ExitCode.DataRefused, "VNI0342")]
    [InlineData("--input-file", "none.json", ExitCode.DataRefused, "VNL0002")]
    [InlineData("--check-on", "none.npz", ExitCode.DataRefused, "VNL0002")]
    public async Task Optimize_InputsThatCannotBe_AreRefused(string option, string value, int exitCode, string message)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Foreign, Out, option, value);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int32_ids_bool_mask")]
    [InlineData("uint8_image")]
    [InlineData("double_model")]
    [InlineData("fp16_model")]
    [InlineData("if_outer_weight")]
    [InlineData("lstm")]
    public async Task Optimize_GraphsOfEveryInputType_AreDecided(string name)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path($"cases/{name}.onnx"), Out);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Output + outcome.Error));
    }

    [Fact]
    public async Task Optimize_AnOperatorOfAnotherLibrary_IsUndecidedInPlainWords()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path("cases/custom_op.onnx"), Out);

        Assert.Equal(ExitCode.Undecided, outcome.ExitCode);
        Assert.Contains("undecided: ONNX Runtime does not know the operator", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorCode", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Specify the inputs with --input, or give data with --check-on", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Theory]
    [InlineData("--no-check")]
    [InlineData("--no-proof")]
    public async Task Optimize_WithoutCheck_WritesWhatCouldNotBeDecided(string option)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path("cases/custom_op.onnx"), Out, option);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.True(File.Exists(Out));
    }

    [Fact]
    public void ExitCodeOf_EachVerdict_IsItsOwn()
    {
        RewriteVerdict failed = new(VerificationPlan.Default.Budget("rewrite-exact"), ["x[2,5]"], null, null, "", false);

        Assert.Equal(ExitCode.Done, OptimizeCommand.ExitCodeOf(null));
        Assert.Equal(ExitCode.Done, OptimizeCommand.ExitCodeOf(failed with { Passed = true }));
        Assert.Equal(ExitCode.ParityFailed, OptimizeCommand.ExitCodeOf(failed));
        Assert.Equal(ExitCode.ParityFailed, OptimizeCommand.ExitCodeOf(failed with { Trials = [], FailsToLoad = true }));
        Assert.Equal(ExitCode.Undecided, OptimizeCommand.ExitCodeOf(failed with { Trials = [] }));
    }

    [Fact]
    public async Task Optimize_NaNOfFiniteInputs_IsEqualAndReported()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", Golden.Path("cases/nan_output.onnx"), Out);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Matches("[0-9]+ elements are NaN or infinite in both", outcome.Output);
    }

    [Fact]
    public async Task Optimize_MissingFile_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("optimize", _folder.At("none.onnx"), Out);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0002: ", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
