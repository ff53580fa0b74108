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
        Option<string[]> against = new("--against")
        {
            HelpName = "PROGRAM",
            Description = "Another program, started in turns with the first and with the same arguments; may be repeated.",
        };
        Command command = new("start", "Starts a program again and again, and waits for its end.") { program, words, runs, against };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(arguments =>
            Run(
                [arguments.GetRequiredValue(program), .. arguments.GetValue(against) ?? []],
                [.. arguments.GetValue(words) ?? [], .. arguments.UnmatchedTokens],
                arguments.GetValue(runs)
            )
        );
        return command;
    }

    private static void Run(string[] programs, string[] words, int runs)
    {
        Timings[] starts = Timings.InTurns([.. programs.Select<string, Action>(program => () => Start(program, words))], runs);
        foreach ((string program, Timings times) in programs.Zip(starts))
        {
            Console.WriteLine(
                $"{program} {string.Join(' ', words)}: median of {runs} {times.Median * 1000:F0} ms, "
                    + $"{times.Least * 1000:F0} to {times.Greatest * 1000:F0}"
            );
        }
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
