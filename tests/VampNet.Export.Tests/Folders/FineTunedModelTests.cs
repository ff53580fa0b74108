using VampNet.Export.Folders;

namespace VampNet.Export.Tests.Folders;

public sealed class FineTunedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("models/vampnet/loras/jazz")]
    [InlineData("loras/jazz")]
    [InlineData("models/loras/jazz")]
    public void Find_AName_LooksOnEveryShelf(string place)
    {
        string coarse = Touch($"{place}/coarse.pth");

        Assert.Equal(new FineTunedModel(_folder[place], coarse), Find("jazz"));
    }

    [Fact]
    public void Find_ARun_TakesWholeWeightsBeforeLoraTensors()
    {
        Touch("runs/jazz/coarse/latest/vampnet/lora.pth");
        string coarse = Touch("runs/jazz/coarse/latest/vampnet/weights.pth"),
            c2f = Touch("runs/jazz/c2f/latest/lora.pth");

        Assert.Equal(new FineTunedModel(_folder["runs/jazz"], coarse, c2f), Find("jazz"));
    }

    [Fact]
    public void Find_ATag_TakesThatState()
    {
        Touch("runs/jazz/coarse/latest/vampnet/weights.pth");
        string best = Touch("runs/jazz/coarse/best/vampnet/weights.pth");

        Assert.Equal(best, Find("jazz", "best").Coarse);
    }

    [Fact]
    public void Find_TheRunsOfACheckoutWhoseModelsWereNamed_AreFound()
    {
        string coarse = Touch("runs/jazz/coarse/latest/vampnet/weights.pth");
        Directory.CreateDirectory(_folder["models/vampnet"]);

        Assert.Equal(coarse, FineTunedModel.Find("jazz", [_folder["models/vampnet"]]).Coarse);
    }

    [Fact]
    public void Find_APath_NeedsNoRoot()
    {
        string lora = Touch("lora.pth");

        Assert.Equal(new FineTunedModel(lora), FineTunedModel.Find(lora, []));
        Assert.True(FineTunedModel.Find(lora, []).IsFile);
    }

    [Fact]
    public void Find_NoSuchName_ListsEveryCandidate()
    {
        Directory.CreateDirectory(_folder["loras/jazz"]);
        Touch("runs/jazz/coarse/best/vampnet/weights.pth");
        Touch("runs/jazz/c2f/10k/lora.pth");

        ExportException error = Assert.Throws<ExportException>(() => Find("jazz"));

        Assert.Equal(ExportErrorIds.FineTunedMissing, error.Id);
        foreach (
            string line in (string[])
                [
                    $"  {_folder["models/vampnet/loras/jazz"]}: not there\n",
                    $"  {_folder["loras/jazz"]}: a folder that holds neither coarse.pth nor c2f.pth, and no training run\n",
                    $"  {_folder["models/loras/jazz"]}: not there\n",
                    $"  {_folder["runs/jazz"]}: a training run without the tag latest; it has 10k, best\n",
                ]
        )
        {
            Assert.Contains(line, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ListBelow_ARoot_NamesModelsAndRuns()
    {
        Touch("models/vampnet/loras/choir/c2f.pth");
        Touch("runs/jazz/coarse/best/vampnet/weights.pth");
        Touch("loras/empty/notes.txt");

        Assert.Equal(["choir", "jazz"], FineTunedModel.ListBelow(_folder.Root).Select(model => model.Name));
    }

    public void Dispose() => _folder.Dispose();

    private FineTunedModel Find(string name, string tag = FineTunedModel.DefaultTag) => FineTunedModel.Find(name, [_folder.Root], tag);

    private string Touch(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], "");
        return _folder[name];
    }
}
