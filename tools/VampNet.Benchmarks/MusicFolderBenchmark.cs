using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Benchmarking;
using VampNet.Runtime.Models;

namespace VampNet.Benchmarks;

/// <summary>Computing time for a second of music by stage, with several folders of models in turns.</summary>
internal static class MusicFolderBenchmark
{
    private const double GoalOfTwoCores = 1.4;

    public static Command Command()
    {
        Option<NamedFolder[]> models = new("--models")
        {
            Required = true,
            HelpName = "NAME=DIR",
            Description = "A folder of exported models and what to call it; repeatable, the first is the reference.",
            CustomParser = Parse,
        };
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 10,
            HelpName = "S",
            Description = "Length of the music.",
        };
        Option<int> steps = new("--steps")
        {
            DefaultValueFactory = _ => 12,
            HelpName = "N",
            Description = "Coarse steps.",
        };
        Option<int> fineSteps = new("--fine-steps")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "C2f steps.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 0,
            HelpName = "N",
            Description = "Threads per operator; 0 for one per core.",
        };
        Command command = new(
            "music",
            "Encodes, vamps and decodes with several folders of models in turns, and prints what each stage takes."
        )
        {
            models,
            seconds,
            steps,
            fineSteps,
            runs,
            threads,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.Run(
                    () =>
                        Run(
                            arguments.GetRequiredValue(models),
                            new BenchmarkPlan
                            {
                                MusicSeconds = arguments.GetValue(seconds),
                                CoarseSteps = arguments.GetValue(steps),
                                FineSteps = arguments.GetValue(fineSteps),
                                Threads = arguments.GetValue(threads),
                            },
                            arguments.GetValue(runs),
                            cancellationToken
                        ),
                    cancellationToken
                )
        );
        return command;
    }

    private static void Run(NamedFolder[] folders, BenchmarkPlan plan, int runs, CancellationToken cancellationToken)
    {
        VampNetModels[] models =
        [
            .. folders.Select(folder => VampNetModels.Open(folder.Path, new ModelOptions { Threads = plan.Threads })),
        ];
        try
        {
            MusicRuns[] music = [.. MusicBenchmark.Run(models, plan, runs, cancellationToken)];
            Console.WriteLine(
                $"{music[0].Seconds:F2} s of music, {plan.CoarseSteps} coarse and {plan.FineSteps} c2f steps, {runs} runs; "
                    + "seconds of computing for one second of music"
            );
            for (int i = 0; i < music.Length; i++)
            {
                Print(folders[i].Name, music[i]);
            }

            for (int i = 1; i < music.Length; i++)
            {
                SpeedRatio speed = SpeedRatio.Of([.. music[0].Whole.RealTimeFactors.Zip(music[i].Whole.RealTimeFactors)]);
                Console.WriteLine(
                    $"{folders[i].Name} is {speed.Ratio:F2} times as fast as {folders[0].Name} ({speed.Lowest:F2} to "
                        + $"{speed.Highest:F2} over the turns)"
                );
            }

            Console.WriteLine(
                $"goal with INT8 graphs of released size on two cores, for 12 coarse and 2 c2f steps: under {GoalOfTwoCores}"
            );
        }
        finally
        {
            Array.ForEach(models, each => each.Dispose());
        }
    }

    private static void Print(string name, MusicRuns music)
    {
        foreach (StageRuns stage in music.Stages.Append(music.Whole))
        {
            Console.WriteLine(
                $"{name, -16} {stage.Stage, -8} {stage.Median, 8:F3} (median, {stage.Lowest:F3} to {stage.Highest:F3}) "
                    + $"{stage.Median / music.Whole.Median, 6:P1}"
            );
        }
    }

    private static NamedFolder[] Parse(ArgumentResult result)
    {
        NamedFolder[] folders =
        [
            .. result.Tokens.Select(token => token.Value.Split('=', 2)).Select(parts => new NamedFolder(parts[0], parts[^1])),
        ];
        foreach (NamedFolder folder in folders.Where(folder => !Directory.Exists(folder.Path)))
        {
            result.AddError($"There is no folder {folder.Path}. Expected --models NAME=DIR.");
        }

        return folders;
    }

    private sealed record NamedFolder(string Name, string Path);
}
