using System.Collections.Immutable;
using System.Globalization;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;
using static TorchSharp.torch;

namespace VampNet.Training.Runs;

/// <summary>The state of a run beside its tensors.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Elapsed">The time trained.</param>
/// <param name="MeasuredStep">The step at which the held-out loss was measured last; -1 before that.</param>
/// <param name="Before">The held-out loss before the first step, by mask ratio.</param>
/// <param name="Best">The best held-out loss, by mask ratio; empty where nothing is held out.</param>
/// <param name="BestStep">Its step.</param>
/// <param name="WithoutBest">Measurements since then.</param>
internal sealed record RunState(
    long Step,
    TimeSpan Elapsed,
    long MeasuredStep,
    ImmutableArray<double> Before,
    ImmutableArray<double> Best,
    long BestStep,
    int WithoutBest
)
{
    private const string Format = "vampnet-run/1",
        OptionPrefix = "option.";

    /// <summary>A run that has not begun.</summary>
    public static RunState Fresh { get; } = new(0, TimeSpan.Zero, -1, [], [], 0, 0);

    /// <summary>Writes the state with the trained weights and the optimizer's moments: one file, complete or absent.</summary>
    public void Write(string path, TrainingStep training, RunOptions options)
    {
        Dictionary<string, string> metadata = options.Texts.ToDictionary(option => OptionPrefix + option.Key, option => option.Value);
        metadata["format"] = Format;
        metadata["step"] = Text(Step);
        metadata["elapsed_ticks"] = Text(Elapsed.Ticks);
        metadata["measured_step"] = Text(MeasuredStep);
        metadata["before"] = Numbers(Before);
        metadata["best"] = Numbers(Best);
        metadata["best_step"] = Text(BestStep);
        metadata["without_best"] = Text(WithoutBest);
        SafeTensorsWriter.WriteFile(
            path,
            training.Trained.Select(parameter => parameter.ToEntry()).Concat(training.Optimizer.Entries()),
            metadata
        );
    }

    /// <summary>Reads a state and puts its tensors in place.</summary>
    /// <exception cref="TrainingException">VNT0201: the file is no state of this version. VNT0202: the run was begun with other
    /// options.</exception>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    public static RunState Read(string path, TrainingStep training, RunOptions options)
    {
        using Checkpoint file = Checkpoint.Open(path);
        string Field(string name) => (file.Metadata[name] as MetadataValue.Text)?.Value ?? "";
        if (Field("format") != Format)
        {
            throw Unreadable(path);
        }

        options.RequireSame(
            path,
            file.Metadata is MetadataValue.Mapping mapping
                ? mapping
                    .TextEntries.Where(entry => entry.Key.StartsWith(OptionPrefix, StringComparison.Ordinal))
                    .ToDictionary(entry => entry.Key[OptionPrefix.Length..], entry => entry.Value.AsText())
                : []
        );
        try
        {
            RunState state = new(
                long.Parse(Field("step"), CultureInfo.InvariantCulture),
                TimeSpan.FromTicks(long.Parse(Field("elapsed_ticks"), CultureInfo.InvariantCulture)),
                long.Parse(Field("measured_step"), CultureInfo.InvariantCulture),
                Numbers(Field("before")),
                Numbers(Field("best")),
                long.Parse(Field("best_step"), CultureInfo.InvariantCulture),
                int.Parse(Field("without_best"), CultureInfo.InvariantCulture)
            );
            foreach (TrainedParameter parameter in training.Trained)
            {
                using IDisposable noGradients = no_grad();
                using Tensor here = empty(parameter.Tensor.shape);
                TrainedParameter.Fill(here, file.Tensors[parameter.Name]);
                parameter.Tensor.copy_(here);
            }

            training.Optimizer.Restore(file.Tensors, state.Step);
            return state;
        }
        catch (Exception e) when (e is FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw Unreadable(path);
        }
    }

    private static TrainingException Unreadable(string path) =>
        new(
            TrainingErrorIds.StateUnreadable,
            found: $"no state of a run in {path}, or one of another version",
            expected: "a state that vampnet tune has written",
            advice: "Remove the file to continue from the state before it, or start again in another folder"
        );

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(ImmutableArray<double> values) =>
        string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static ImmutableArray<double> Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
}
