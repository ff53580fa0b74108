using System.CommandLine;
using VampNet.Cli;

namespace VampNet.Chaos;

/// <summary>Gives every option of every command that makes something invalid values, on an otherwise valid command line.</summary>
internal static class HostileArguments
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly string[] Values =
    [
        "abc",
        "1e999",
        "-1",
        "0",
        "1",
        "99999999999",
        "2000000000",
        "5000000",
        "16777217",
        "NaN",
        "",
        " ",
        "a\0b",
        "T=0",
        "../../x",
    ];

    /// <summary>Runs them all. A bug of ours, a crash, more than a minute, or a type name of .NET in the answer is a fault.</summary>
    /// <param name="inputs">Files that the commands read.</param>
    /// <param name="folder">An empty folder to write in.</param>
    /// <param name="stride">1 for every case, n for each nth.</param>
    public static async Task<ChaosRow> RunAsync(ChaosInputs inputs, string folder, int stride = 1)
    {
        List<string> faults = [];
        int cases = 0;
        Directory.CreateDirectory(folder);
        string[][] lines = [.. Lines(inputs, folder).SelectMany(Spoil)];
        foreach (string[] line in lines.Where((_, i) => i % stride == 0))
        {
            cases++;
            using CancellationTokenSource tooLong = new(Longest);
            (int exitCode, string error) = await CommandRun.RunAsync(tooLong.Token, line).ConfigureAwait(false);
            if (
                exitCode
                is not (ExitCode.Done or ExitCode.DataRefused or ExitCode.WrongUsage or ExitCode.ParityFailed or ExitCode.Undecided)
            )
            {
                faults.Add($"{string.Join(' ', line)}: exit code {exitCode}: {error.Trim()}");
            }
            else if (error.Contains("System.", StringComparison.Ordinal) || error.Contains("`1", StringComparison.Ordinal))
            {
                faults.Add($"{string.Join(' ', line)}: names a type of .NET: {error.Trim()}");
            }
        }

        return new ChaosRow("arguments", "wrong", cases, faults);
    }

    // Command lines that work, the fewer steps the better.
    private static IEnumerable<string[]> Lines(ChaosInputs inputs, string folder)
    {
        string coarse = Path.Combine(inputs.Models, "coarse.onnx");
        return WritingCommand
            .All(inputs, folder)
            .Select(command => command.Later)
            .Append(["inspect", coarse])
            .Append(["verify", "--checkpoints", inputs.Checkpoints, "--models", inputs.Models])
            .Append(["bench", "--models", inputs.Models, "--runs", "1", "--frames", "4"]);
    }

    private static IEnumerable<string[]> Spoil(string[] line)
    {
        Command command = VampNetCommand
            .Create(new Terminal(TextWriter.Null, TextWriter.Null))
            .Subcommands.Single(each => each.Name == line[0]);
        foreach (Option option in command.Options.Where(option => option.ValueType != typeof(bool) && option.Name != "--out"))
        {
            // An option given twice would be refused for that.
            int given = Array.IndexOf(line, option.Name);
            string[] rest = given < 0 ? line : [.. line[..given], .. line[(given + 2)..]];
            foreach (string value in Values)
            {
                yield return [.. rest, option.Name, value];
            }
        }
    }
}
