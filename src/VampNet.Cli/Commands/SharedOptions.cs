using System.CommandLine;

namespace VampNet.Cli.Commands;

/// <summary>Options that several commands have, declared once so that they read the same everywhere.</summary>
internal static class SharedOptions
{
    private const int MostThreads = 256;

    /// <summary><c>--json</c>: facts as JSON on the output, and nothing else there.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of text." };

    /// <summary><c>--threads N</c>: threads of one operator.</summary>
    public static Option<int> Threads() =>
        NumberOption.Whole(
            "--threads",
            0,
            MostThreads,
            0,
            "Compute each operator with N threads, 0 to 256; 0 means one per core. Results may differ in the last bits between "
                + "thread counts."
        );
}
