using System.CommandLine;
using System.Diagnostics;

namespace VampNet.Benchmarks;

/// <summary>Time of a program from its start to its end.</summary>
internal static class StartBenchmark
{
    public static Command Command()
    {
        Argument<string> program = new("PROGRAM") { Description = "The program, for example vampnet or vampnet-lite/vampnet-lite." };
        Argument<string[]> words = new("ARGUMENTS") { Description = "Its arguments: --version, vamp --help." };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 25,
            HelpName = "N",
            Description = "How often to start it; one more start warms up.",
        };
        Command command = new("start", "Starts a program again and again, and waits for its end.") { program, words, runs };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(arguments =>
            Run(
                arguments.GetRequiredValue(program),
                [.. arguments.GetValue(words) ?? [], .. arguments.UnmatchedTokens],
                arguments.GetValue(runs)
            )
        );
        return command;
    }

    private static void Run(string program, string[] words, int runs)
    {
        Timings starts = new();
        Start(program, words);
        for (int i = 0; i < runs; i++)
        {
            starts.Add(() => Start(program, words));
        }

        Console.WriteLine(
            $"{program} {string.Join(' ', words)}: median of {runs} {starts.Median * 1000:F0} ms, "
                + $"{starts.Least * 1000:F0} to {starts.Greatest * 1000:F0}"
        );
    }

    private static void Start(string program, string[] words)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} does not start.");
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }
}
