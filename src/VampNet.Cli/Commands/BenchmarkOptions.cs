using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Cli.Music;
using VampNet.Reporting.Benchmarking;

namespace VampNet.Cli.Commands;

/// <summary>The options that say what to time, and how often.</summary>
internal sealed class BenchmarkOptions
{
    private static readonly BenchmarkPlan Defaults = new();

    private readonly Option<int[]> _frames = NumberOption.Wholes(
        "--frames",
        1,
        1_000_000,
        [.. Defaults.Frames],
        "Time each graph at T token frames, and a single graph of another origin at length T; several lengths may be given.",
        "T"
    );
    private readonly Option<int> _runs = NumberOption.Whole(
        "--runs",
        1,
        100_000,
        Defaults.Repetitions,
        "Time each input N times at most; slow graphs get fewer runs, but at least three."
    );
    private readonly Option<double> _music = NumberOption.Real(
        "--music",
        0,
        3600,
        Defaults.MusicSeconds,
        "Time the whole pipeline on SECONDS of music, 0 to 3600; 0 leaves it out.",
        "SECONDS"
    );
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly ProviderOption _provider;

    /// <param name="terminal">Receives the name of the provider that auto chose.</param>
    public BenchmarkOptions(Terminal terminal) => _provider = new ProviderOption(terminal);

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_frames, _runs, _music, _threads, .. _provider.All])
        {
            command.Add(option);
        }
    }

    /// <summary>The lengths that a command line names; empty where it names none.</summary>
    public ImmutableArray<int> GivenFrames(ParseResult arguments) =>
        arguments.GetResult(_frames) is { Implicit: false } ? [.. arguments.GetRequiredValue(_frames).Order()] : [];

    /// <summary>The plan that a command line asks for.</summary>
    public BenchmarkPlan Read(ParseResult arguments) =>
        Defaults with
        {
            Frames = [.. arguments.GetRequiredValue(_frames).Order()],
            Repetitions = arguments.GetValue(_runs),
            MusicSeconds = arguments.GetValue(_music),
            Threads = arguments.GetValue(_threads),
            Computing = _provider.ReadAvailable(arguments),
        };
}
