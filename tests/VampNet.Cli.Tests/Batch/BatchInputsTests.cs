using VampNet.Cli.Batch;

namespace VampNet.Cli.Tests.Batch;

public sealed class BatchInputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BatchInputsTests()
    {
        foreach (
            string name in (string[])
                [
                    "music/b.wav",
                    "music/a.FLAC",
                    "music/sub/c.wav",
                    "music/sub/deep/d.mp3",
                    "music/notes.txt",
                    "music/.hid.wav",
                    "music/.h/e.wav",
                ]
        )
        {
            Write(name);
        }
    }

    private string Out => _folder.At("out");

    [Fact]
    public void Find_Folder_GivesItsSoundsByName() =>
        Assert.Equal(["a.safetensors", "b.safetensors", "sub/c.safetensors", "sub/deep/d.safetensors"], Names("music"));

    [Theory]
    [InlineData("music/*.wav", "b.safetensors")]
    [InlineData("music/**/*.wav", "b.safetensors", "sub/c.safetensors")]
    [InlineData("music/?.*", "a.safetensors", "b.safetensors")]
    [InlineData("music/*/c.wav", "sub/c.safetensors")]
    [InlineData("music/sub/**", "c.safetensors", "deep/d.safetensors")]
    [InlineData("music/.*/*.wav", ".h/e.safetensors")]
    [InlineData("music/**/deep/*", "sub/deep/d.safetensors")]
    public void Find_Pattern_KeepsThePathBelowItsFixedPart(string pattern, params string[] names) => Assert.Equal(names, Names(pattern));

    [Fact]
    public void Find_SeveralInputsInAnyOrder_GivesEachOnce()
    {
        string[] expected = ["b.safetensors", "c.safetensors"];

        Assert.Equal(expected, Names("music/sub/c.wav", "music/b.wav", "music/*.wav"));
        Assert.Equal(expected, Names("music/*.wav", "music/b.wav", "music/sub/c.wav"));
    }

    [Fact]
    public void Find_BaseFolder_IsWhatNamesBeginBelow()
    {
        IReadOnlyList<BatchItem> items = Find(_folder.At("music"), "music/sub/c.wav", "music/sub/deep/*.mp3");

        Assert.Equal(["sub/c.safetensors", "sub/deep/d.safetensors"], items.Select(item => item.Name));
    }

    [Fact]
    public void Find_OutputFolderInside_IsLeftOut()
    {
        Write("out/x.wav");
        Write("out2/y.wav");

        Assert.Equal(["music/b.safetensors", "music/sub/c.safetensors", "out2/y.safetensors"], Names("**/*.wav"));
    }

    [Fact]
    public void Find_LinkToAFolderAbove_IsNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows asks for rights to make links.");
        Directory.CreateSymbolicLink(_folder.At("music/loop"), _folder.At("music"));

        Assert.Equal(4, Names("music").Length);
        Assert.Equal(2, Names("music/**/*.wav").Length);
    }

    [Fact]
    public void Find_FileWithWildcardInItsName_IsTakenAsItIs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        Write("odd/what?.wav");

        Assert.Equal(["what?.safetensors"], Names("odd/what?.wav"));
    }

    [Theory]
    [InlineData("none.wav")]
    [InlineData("music/*.ogg")]
    [InlineData("none/*/x.wav")]
    [InlineData("empty")]
    public void Find_NothingThere_IsRefused(string input)
    {
        Directory.CreateDirectory(_folder.At("empty"));

        Assert.Equal("VNL0031", Assert.Throws<CommandException>(() => Names(input)).Id);
    }

    [Fact]
    public void Find_TwoInputsOfOneName_AreRefusedWithBoth()
    {
        Write("music/b.mp3");

        CommandException error = Assert.Throws<CommandException>(() => Names("music"));

        Assert.Equal("VNL0032", error.Id);
        Assert.Contains("b.wav", error.Message, StringComparison.Ordinal);
        Assert.Contains("b.mp3", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Names(params string[] inputs) => [.. Find(null, inputs).Select(item => item.Name)];

    private IReadOnlyList<BatchItem> Find(string? baseFolder, params string[] inputs) =>
        new BatchInputs(SoundFiles.Extensions, ".safetensors", Out, baseFolder).Find(inputs.Select(_folder.At));

    private void Write(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        File.WriteAllText(_folder.At(name), name);
    }
}
