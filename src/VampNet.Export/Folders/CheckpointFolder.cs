using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Checkpoints;

namespace VampNet.Export.Folders;

/// <summary>The checkpoints of a folder in any known layout: upstream's checkout or a snapshot of its models, the folder
/// models/vampnet itself, a flat folder, the cache of a hub, or a codec alone.</summary>
/// <param name="Root">The folder that was named.</param>
/// <param name="Folder">The folder that the files lie in.</param>
/// <param name="Coarse">The coarse model; null where there is none.</param>
/// <param name="C2f">The coarse-to-fine model; null where there is none.</param>
/// <param name="Codec">The codec; null where there is none.</param>
public sealed record CheckpointFolder(string Root, string Folder, string? Coarse, string? C2f, string? Codec)
{
    /// <summary>Upstream's names.</summary>
    internal const string CoarseName = "coarse.pth",
        C2fName = "c2f.pth",
        CodecName = "codec.pth";

    // Subfolders in which the three files may lie.
    private static readonly string[] Places = ["", "models/vampnet", "vampnet"];

    private static readonly string[] Extensions = [".pth", ".pt", ".safetensors"];

    /// <summary>Whether there is anything to convert.</summary>
    public bool HasCodec => Codec is not null;

    /// <summary>The files as an export takes them.</summary>
    public CheckpointFiles ToFiles() => new(Coarse, C2f, Codec);

    /// <summary>Finds the checkpoints of a folder: a codec, and the transformers that lie beside it.</summary>
    /// <param name="root">The folder as the user names it.</param>
    /// <exception cref="ExportException"><see cref="ExportErrorIds.CheckpointMissing"/>: no codec lies in any of the places; all of them
    /// are listed.</exception>
    public static CheckpointFolder Find(string root)
    {
        CheckpointFolder best = Look(root, out ImmutableArray<CheckpointFolder> candidates);
        if (best.HasCodec)
        {
            return best;
        }

        string found = Directory.Exists(root) ? "no codec in" : "no folder";
        string looked = string.Join("\n", candidates.Select(candidate => $"  {candidate.Folder}: {candidate.Describe()}"));
        throw new ExportException(
            ExportErrorIds.CheckpointMissing,
            found: $"{found} {root}. Looked in:\n{looked}",
            expected: "codec.pth, or one other LAC or DAC checkpoint, with coarse.pth, c2f.pth or both beside it",
            advice: "Name another folder, or each file by --codec, --coarse and --c2f"
        );
    }

    /// <summary>As <see cref="Find"/>, but also returns a folder from which nothing can be converted.</summary>
    /// <param name="root">The folder as the user names it.</param>
    /// <param name="candidates">Every place that was looked at, in order.</param>
    /// <returns>The first place with a codec and a transformer; else the first with a codec, else the first with anything, else the folder
    /// itself.</returns>
    public static CheckpointFolder Look(string root, out ImmutableArray<CheckpointFolder> candidates)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        candidates =
        [
            .. Roots(root).SelectMany(_ => Places, (start, place) => Read(root, place.Length == 0 ? start : Path.Combine(start, place))),
        ];
        return candidates.MaxBy(Rank)!;

        // MaxBy takes the first of equals.
        static int Rank(CheckpointFolder folder) =>
            (folder.HasCodec ? 2 : 0) + (folder.Coarse is not null || folder.C2f is not null ? 1 : 0);
    }

    /// <summary>The files in a folder that hold weights, by their names, in order.</summary>
    internal static IEnumerable<string> WeightFiles(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
            : [];

    /// <summary>The family of a file's model; <see cref="ModelFamily.Unknown"/> where it is no checkpoint.</summary>
    internal static ModelFamily FamilyOf(string path)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            return ModelFamilies.Identify(checkpoint);
        }
        catch (CheckpointException)
        {
            return ModelFamily.Unknown;
        }
    }

    // A hub's cache keeps each revision below snapshots/, and in refs/main which of them is the newest.
    private static IEnumerable<string> Roots(string root)
    {
        yield return root;
        string snapshots = Path.Combine(root, "snapshots"),
            main = Path.Combine(root, "refs", "main");
        if (!Directory.Exists(snapshots))
        {
            yield break;
        }

        string? newest = File.Exists(main) && new FileInfo(main).Length <= 256 ? File.ReadAllText(main).Trim() : null;
        foreach (
            string folder in Directory.GetDirectories(snapshots).OrderBy(folder => Path.GetFileName(folder) != newest).ThenBy(each => each)
        )
        {
            yield return folder;
        }
    }

    private static CheckpointFolder Read(string root, string folder)
    {
        return new(root, folder, Existing(CoarseName), Existing(C2fName), Existing(CodecName) ?? OtherCodec(folder));

        string? Existing(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
    }

    // Forks use other names for the codec, and a DacModel is model.safetensors. A single file of another family is returned too: binding it
    // names the family.
    private static string? OtherCodec(string folder)
    {
        (string Path, ModelFamily Family)[] others =
        [
            .. WeightFiles(folder)
                .Where(file => Path.GetFileName(file) is not (CoarseName or C2fName) && FolderInventory.IgnoredBecause(file) is null)
                .Select(file => (file, FamilyOf(file))),
        ];
        string[] codecs = [.. others.Where(other => other.Family.IsCodec()).Select(other => other.Path)];
        if (codecs.Length > 1)
        {
            throw new ExportException(
                ExportErrorIds.CheckpointMissing,
                found: $"{codecs.Length} codecs and no {CodecName} in {folder}: {string.Join(", ", codecs.Select(Path.GetFileName))}",
                expected: "one",
                advice: "Name the right one by --codec, with --coarse and --c2f where they are wanted"
            );
        }

        return codecs.FirstOrDefault()
            ?? others.FirstOrDefault(other => other.Family is ModelFamily.EnCodec or ModelFamily.Snac or ModelFamily.XTransformers).Path;
    }

    private string Describe()
    {
        string[] found = [.. new[] { Coarse, C2f }.OfType<string>().Select(path => Path.GetFileName(path))];
        return !Directory.Exists(Folder) ? "no such folder"
            : found.Length == 0 ? "none of them"
            : $"{string.Join(" and ", found)}, but no codec";
    }
}
