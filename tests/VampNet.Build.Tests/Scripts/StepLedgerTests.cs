namespace VampNet.Build.Tests.Scripts;

public sealed class StepLedgerTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["its options"] = "--opset 20", ["vampnet"] = "1" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("steps");

    public StepLedgerTests()
    {
        File.WriteAllText(At("coarse.pth"), "weights");
        File.WriteAllText(At("coarse.onnx"), "graph");
        Ledger().Record("export", Settings, [At("*.pth")], [At("*.onnx")]);
    }

    [Fact]
    public void ReasonToRun_NothingChanged_None()
    {
        Assert.Null(Reason());
    }

    [Fact]
    public void ReasonToRun_NeverDone_SaysSo()
    {
        Assert.Equal("not done yet", Ledger().ReasonToRun("verify", Settings, []));
    }

    [Fact]
    public void ReasonToRun_Forgotten_SaysSo()
    {
        Ledger().Forget("export");

        Assert.Equal("not done yet", Reason());
    }

    [Fact]
    public void ReasonToRun_InputWithOtherContent_NamesIt()
    {
        File.WriteAllText(At("coarse.pth"), "Weights");

        Assert.Equal($"{At("coarse.pth")} changed", Reason());
    }

    [Fact]
    public void ReasonToRun_InputWrittenAgainWithTheSameContent_None()
    {
        File.SetLastWriteTimeUtc(At("coarse.pth"), DateTime.UtcNow.AddDays(1));

        Assert.Null(Reason());
    }

    [Fact]
    public void ReasonToRun_InputMoreOrLess_NamesIt()
    {
        File.WriteAllText(At("c2f.pth"), "more");
        Assert.Equal($"{At("c2f.pth")} changed", Reason());

        File.Delete(At("c2f.pth"));
        File.Delete(At("coarse.pth"));
        Assert.Equal($"{At("coarse.pth")} changed", Reason());
    }

    [Theory]
    [InlineData("its options")]
    [InlineData("vampnet")]
    public void ReasonToRun_OtherSetting_NamesIt(string name)
    {
        Assert.Equal(
            $"{name} changed",
            Ledger().ReasonToRun("export", new Dictionary<string, string>(Settings) { [name] = "other" }, [At("*.pth")])
        );
    }

    [Fact]
    public void ReasonToRun_OutputGone_NamesIt()
    {
        File.Delete(At("coarse.onnx"));

        Assert.Equal($"{At("coarse.onnx")} is gone", Reason());
    }

    [Fact]
    public void ReasonToRun_OutputTouchedByAnother_NamesIt()
    {
        File.AppendAllText(At("coarse.onnx"), "!");

        Assert.Equal($"{At("coarse.onnx")} is not as it was written", Reason());
    }

    /// <summary>Gigabytes are not read again: a file of the same length and time is taken for the same.</summary>
    [Fact]
    public void ReasonToRun_SameLengthAndTime_ReadsNothing()
    {
        DateTime written = File.GetLastWriteTimeUtc(At("coarse.pth"));
        File.WriteAllText(At("coarse.pth"), "WEIGHTS");
        File.SetLastWriteTimeUtc(At("coarse.pth"), written);

        Assert.Null(Reason());
    }

    [Fact]
    public void DigestOfAll_NamesAndContents_Count()
    {
        string before = Ledger().DigestOfAll([At("*.onnx")]);

        Assert.Equal(before, Ledger().DigestOfAll([At("*.onnx")]));
        File.Move(At("coarse.onnx"), At("c2f.onnx"));
        Assert.NotEqual(before, Ledger().DigestOfAll([At("*.onnx")]));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string? Reason() => Ledger().ReasonToRun("export", Settings, [At("*.pth")]);

    private StepLedger Ledger() => new(At("ledger"));

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
