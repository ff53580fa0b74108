using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Reporting.Benchmarking;

namespace VampNet.Cli.Commands;

/// <summary>The options that say what to time, and how often.</summary>
internal sealed class BenchmarkOptions
{
    private static readonly BenchmarkPlan Defaults = new();

    private readonly Option<int[]> _frames = new("--frames")
    {
        HelpName = "T",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Defaults.Frames],
        Description = "Token frames of the inputs.",
    };
    private readonly Option<int> _runs = new("--runs")
    {
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Repetitions,
        Description = "Timed runs of each input at most; slow graphs get fewer, but at least three.",
    };
    private readonly Option<double> _music = new("--music")
    {
        HelpName = "SECONDS",
        DefaultValueFactory = _ => Defaults.MusicSeconds,
        Description = "Music to time the whole pipeline on; 0 to leave it out.",
    };
    private readonly Option<int> _threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads for one operator; 0 for one a core.",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        _frames.Validators.Add(result =>
            Require(result, result.GetValueOrDefault<int[]>() is { Length: > 0 } frames && frames.All(each => each > 0), "numbers from 1")
        );
        _runs.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() > 0, "a number from 1"));
        _music.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is >= 0 and < 3600, "0 to 3600 seconds"));
        foreach (Option option in (Option[])[_frames, _runs, _music, _threads])
        {
            command.Add(option);
        }
    }

    /// <summary>The plan that a command line asks for.</summary>
    public BenchmarkPlan Read(ParseResult arguments) =>
        Defaults with
        {
            Frames = [.. arguments.GetRequiredValue(_frames).Order()],
            Repetitions = arguments.GetValue(_runs),
            MusicSeconds = arguments.GetValue(_music),
            Threads = arguments.GetValue(_threads),
        };

    private static void Require(OptionResult result, bool holds, string range)
    {
        if (!holds)
        {
            result.AddError($"Option {result.Option.Name} takes {range}.");
        }
    }
}
