using VampNet.Checkpoints;
using VampNet.Cli.Display;

namespace VampNet.Cli.Tests.Display;

public sealed class ControlCharacterTests : IDisposable
{
    private const string Hostile = "weight\u001b[2J\u0007\u202eabc";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Inspect_NameThatSteersTheTerminal_IsShownEscaped()
    {
        string file = _folder.At("\u001b[31mred.safetensors");
        Files.WholeFile.Write(
            file,
            stream =>
                SafeTensorsWriter.Write(
                    stream,
                    [new TensorEntry(Hostile, TensorElementType.UInt8, [1], bytes => bytes[0] = 1)],
                    new Dictionary<string, string> { [Hostile] = Hostile }
                )
        );

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", file, "--tensors");

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.DoesNotContain(outcome.Output + outcome.Error, ControlCharacters.IsEscaped);
        Assert.Contains("weight\\x1b[2J\\x07\\u202eabc", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_FileNameThatSteersTheTerminal_IsShownEscaped()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", _folder.At("\u001b[31mabsent.onnx"));

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.DoesNotContain(outcome.Error, ControlCharacters.IsEscaped);
    }

    [Fact]
    public void WriteTable_Watched_EscapesCells()
    {
        using var output = new StringWriter();
        new Terminal(output, TextWriter.Null, outputIsWatched: true).WriteTable(
            ["name"],
            [
                [Hostile],
            ]
        );

        Assert.Contains("\\x1b[2J", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
