using System.Globalization;
using VampNet.Architecture;
using VampNet.Checkpoints;

namespace VampNet.Training.Runs;

/// <summary>The options that determine a run's numbers, as texts by name: a resumed run must have the same.</summary>
/// <param name="Texts">The options. How long to train and when to save are not among them.</param>
internal sealed record RunOptions(IReadOnlyDictionary<string, string> Texts)
{
    private const string EarlierInit = "random or the checkpoint";

    /// <summary>Options that earlier versions did not have, with what those versions did.</summary>
    private static readonly IReadOnlyDictionary<string, string> Earlier = new Dictionary<string, string>
    {
        ["--init"] = EarlierInit,
        ["--precision"] = "float32",
    };

    /// <summary>The options of a request.</summary>
    public static RunOptions Of(TuningRequest request, ModelRole role)
    {
        TrainingOptions options = request.Options;
        return new(
            new Dictionary<string, string>
            {
                ["checkpoint"] = Sha256(request.TransformerPath),
                ["codec"] = Sha256(request.CodecPath),
                ["--lora"] = request.LoraPath is { } lora ? Sha256(lora) : "none",
                ["--audio"] = request.Corpus.Fingerprint,
                ["--batch"] = Text(options.Batch),
                ["--accumulate"] = Text(options.Accumulation),
                ["--crop"] = Text(options.CropSecondsOf(role)),
                ["--clip"] = Text(options.ClipNorm),
                ["--warmup"] = Text(options.Warmup),
                ["--rate"] = Text(options.RateFactor),
                ["--weight-decay"] = Text(options.WeightDecay),
                ["--label-smoothing"] = Text(options.LabelSmoothing),
                ["--dropout"] = options.Dropout is { } dropout ? Text(dropout) : "the checkpoint's",
                ["--full"] = options.Full ? "given" : "not given",
                ["--size"] = options.NewSize is { } size ? size.ToString().ToLowerInvariant() : "the checkpoint's weights",
                ["--init"] = options.BeginsAsTeacher ? "the teacher" : EarlierInit,
                ["--teacher"] = request.TeacherPath is { } teacher ? Sha256(teacher) : "none",
                ["--temperature"] = Text(options.Temperature),
                ["--teacher-weight"] = Text(options.TeacherWeight),
                ["--precision"] = options.Precision.ToString().ToLowerInvariant(),
                ["--seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
                ["--held-out"] = Text(options.HeldOutShare),
                ["--loudness-cutoff"] = Text(options.CutoffOf(role)),
                ["--evaluate-every"] = Text(options.EvaluateEvery),
                ["--evaluation-crops"] = Text(options.EvaluationCrops),
            }
        );
    }

    /// <summary>Refuses a run that was begun with other options.</summary>
    /// <exception cref="TrainingException">VNT0202: an option differs.</exception>
    public void RequireSame(string path, IReadOnlyDictionary<string, string> begun)
    {
        string[] different =
        [
            .. Texts
                .Select(option => (option.Key, Now: option.Value, Then: begun.GetValueOrDefault(option.Key) ?? Unstated(option.Key)))
                .Where(option => option.Now != option.Then)
                .Select(option => $"{option.Key} {option.Now} where the run began with {option.Then}"),
        ];
        if (different.Length > 0)
        {
            throw new TrainingException(
                TrainingErrorIds.OptionsChanged,
                found: $"{string.Join("; ", different)}, in {path}",
                expected: "the options, checkpoints and recordings that the run began with",
                advice: "Give the same, or start again in another folder"
            );
        }
    }

    private static string Unstated(string option) => Earlier.GetValueOrDefault(option, "unstated");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Sha256(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        return file.ComputeFileSha256();
    }
}
