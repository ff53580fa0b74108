using System.CommandLine;

namespace VampNet.Cli.Music;

/// <summary><c>--window</c>: codes a recording for a .dac file in windows, as descript-audio-codec's own command does.</summary>
internal sealed class WindowOption
{
    private const double Shortest = 0.05,
        Longest = 3600;

    /// <summary>The option itself.</summary>
    public Option<double?> Option { get; } =
        NumberOption.RealOrNone(
            "--window",
            Shortest,
            Longest,
            "Code a recording longer than SECONDS in windows of that length (upstream's default is 5), which descript-audio-codec "
                + "decodes one by "
                + "one. Default: one chunk, which it decodes as a whole. For .dac files alone.",
            "SECONDS"
        );

    /// <summary>The length of a window; null for one chunk.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="isDac">Whether .dac files are written.</param>
    /// <exception cref="UsageException">The option is given for other files.</exception>
    public double? Read(ParseResult arguments, bool isDac) =>
        arguments.GetValue(Option) is { } seconds
            ? isDac
                ? seconds
                : throw new UsageException($"{Option.Name} is for .dac files alone; .safetensors files hold the codes of one pass.")
            : null;
}
