using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VampNet.Architecture;
using VampNet.Cli.Display;
using VampNet.Training;
using VampNet.Training.Data;

namespace VampNet.Cli.Tuning;

/// <summary>The summary that <c>vampnet tune</c> prints at the end.</summary>
/// <param name="Corpus">The recordings.</param>
/// <param name="Results">The models trained.</param>
/// <param name="Folder">The folder of the run.</param>
internal sealed record TuningSummary(Corpus Corpus, IReadOnlyList<TuningResult> Results, string Folder)
{
    /// <summary>Writes the summary as text.</summary>
    public void Show(Terminal terminal)
    {
        foreach (SkippedRecording skipped in Corpus.Skipped.Concat(Results.SelectMany(result => result.Skipped)).Distinct())
        {
            terminal.Error.WriteLine($"Not trained on: {skipped.Name}. {skipped.Reason}");
        }

        foreach (TuningResult result in Results)
        {
            terminal.WriteFacts(
                ("model", NameOf(result)),
                ("ended", EndOf(result)),
                ("recordings", $"{result.TrainedPieces} trained on, {result.HeldOutPieces} held out"),
                ("held out before", Nats(result.Before)),
                ("held out best", result.Best.IsEmpty ? "nothing held out" : $"{Nats(result.Best)}, step {result.BestStep}")
            );
            terminal.Output.WriteLine();
        }

        terminal.Output.WriteLine(
            Results.Any(result => result.End == TuningEnd.Cancelled)
                ? $"Saved in {Folder}. To continue, run the same command with --resume."
                : $"Written to {Folder}. To use it, run: vampnet export --lora {Folder} with the same checkpoints."
        );
    }

    /// <summary>Writes the summary as JSON.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("models");
        foreach (TuningResult result in Results)
        {
            json.WriteStartObject();
            json.WriteString("model", NameOf(result));
            json.WriteString("end", result.End.ToString().ToLowerInvariant());
            json.WriteNumber("steps", result.Steps);
            json.WriteNumber("seconds", result.Elapsed.TotalSeconds);
            json.WriteNumber("trained_recordings", result.TrainedPieces);
            json.WriteNumber("held_out_recordings", result.HeldOutPieces);
            WriteNats(json, "held_out_before", result.Before);
            WriteNats(json, "held_out_best", result.Best);
            json.WriteNumber("best_step", result.BestStep);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (SkippedRecording skipped in Corpus.Skipped.Concat(Results.SelectMany(result => result.Skipped)).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("recording", skipped.Name);
            json.WriteString("reason", skipped.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNats(Utf8JsonWriter json, string name, ImmutableArray<double> nats)
    {
        json.WriteStartObject(name);
        foreach ((double ratio, double value) in TuningResult.MaskRatios.Zip(nats))
        {
            string key = ratio.ToString("0.##", CultureInfo.InvariantCulture);
            if (double.IsFinite(value))
            {
                json.WriteNumber(key, value);
            }
            else
            {
                json.WriteNull(key);
            }
        }

        json.WriteEndObject();
    }

    private static string NameOf(TuningResult result) => result.Role == ModelRole.Coarse ? "coarse" : "c2f";

    private static string EndOf(TuningResult result)
    {
        string after = string.Create(
            CultureInfo.InvariantCulture,
            $"after {result.Steps} steps, {result.Elapsed.TotalMinutes:0.0} minutes"
        );
        return result.End switch
        {
            TuningEnd.Steps => after,
            TuningEnd.TimeLimit => $"{after}: the time was up",
            TuningEnd.Patience => $"{after}: the held-out loss got no better",
            _ => $"{after}: cancelled",
        };
    }

    private static string Nats(ImmutableArray<double> nats) =>
        nats.IsEmpty
            ? "nothing held out"
            : string.Join(
                ", ",
                TuningResult.MaskRatios.Zip(
                    nats,
                    (ratio, value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000} at {ratio * 100:0} %")
                )
            ) + " masked (nats a token)";
}
