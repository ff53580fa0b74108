using System.Collections.Immutable;
using VampNet.Architecture;

namespace VampNet.Export.Folders;

/// <summary>The inventory of a folder of checkpoints.</summary>
/// <param name="Checkpoints">The checkpoints that an export would use.</param>
/// <param name="Family">The codec's family; <see cref="ModelFamily.Unknown"/> without one.</param>
/// <param name="Files">Files of weights and state in the folder, with what each is.</param>
/// <param name="FineTuned">Names of the fine-tuned models and training runs that <c>--lora</c> finds.</param>
/// <param name="Tags">Tags of the states that a training run kept, if the folder is one.</param>
/// <param name="Looked">Every place that was looked at.</param>
public sealed record FolderInventory(
    CheckpointFolder Checkpoints,
    ModelFamily Family,
    ImmutableArray<(string Path, string What)> Files,
    ImmutableArray<string> FineTuned,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Looked
)
{
    // Names of files that training keeps beside the weights, or that other programs of the checkout need.
    private static readonly Dictionary<string, string> IgnoredNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["optimizer.pth"] = "ignored: the optimizer's state, for training alone",
        ["scheduler.pth"] = "ignored: the learning rate's state, for training alone",
        ["tracker.pth"] = "ignored: the history of losses, for training alone",
        ["metadata.pth"] = "ignored: notes of training",
        ["wavebeat.pth"] = "ignored: WaveBeat, upstream's beat tracker, which is not needed",
    };

    /// <summary>The reason, by its name, why a file does not belong to a model; null if it may.</summary>
    public static string? IgnoredBecause(string path) => IgnoredNames.GetValueOrDefault(Path.GetFileName(path));

    /// <summary>Reads a folder.</summary>
    /// <exception cref="ExportException"><see cref="ExportErrorIds.CheckpointMissing"/>: several codecs lie in one place.</exception>
    public static FolderInventory Read(string root)
    {
        CheckpointFolder checkpoints = CheckpointFolder.Look(root, out ImmutableArray<CheckpointFolder> candidates);
        ImmutableArray<(string, string)>.Builder files = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (string file in CheckpointFolder.WeightFiles(checkpoints.Folder).Concat(RunFiles(root)).Distinct())
        {
            files.Add((file, Describe(file, checkpoints)));
        }

        return new FolderInventory(
            checkpoints,
            checkpoints.Codec is { } codec ? CheckpointFolder.FamilyOf(codec) : ModelFamily.Unknown,
            files.ToImmutable(),
            [
                .. new[] { root, checkpoints.Folder }
                    .Distinct(StringComparer.Ordinal)
                    .SelectMany(FineTunedModel.ListBelow)
                    .Select(model => model.Name)
                    .Distinct(StringComparer.Ordinal),
            ],
            [.. FineTunedModel.TagsOf(root)],
            [.. candidates.Select(candidate => candidate.Folder)]
        );
    }

    private static IEnumerable<string> RunFiles(string root) =>
        FineTunedModel.TagsOf(root).Count == 0
            ? []
            : Directory
                .EnumerateFiles(root, "*.pth", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
                .Order(StringComparer.Ordinal);

    private static string Describe(string file, CheckpointFolder checkpoints)
    {
        string? ignored = IgnoredBecause(file);
        if (ignored is not null)
        {
            return ignored;
        }

        string family = ModelFamilies.Describe(CheckpointFolder.FamilyOf(file));
        return file == checkpoints.Coarse ? $"coarse: {family}"
            : file == checkpoints.C2f ? $"coarse-to-fine: {family}"
            : file == checkpoints.Codec ? $"codec: {family}"
            : family;
    }
}
