using System.CommandLine;

namespace VampNet.Cli.Commands;

/// <summary>Options that several commands have, declared once so that they read the same everywhere.</summary>
internal static class SharedOptions
{
    /// <summary><c>--json</c>: facts as JSON on the output, and nothing else there.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of text." };
}
