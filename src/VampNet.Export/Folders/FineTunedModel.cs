namespace VampNet.Export.Folders;

/// <summary>A fine-tuned model on disk: one file, or a file for each transformer that was tuned.</summary>
/// <param name="Path">The file or folder that was found.</param>
/// <param name="Coarse">The tuned coarse model, whole or LoRA tensors alone; null where it was not tuned, or the model is one
/// file.</param>
/// <param name="C2f">The same of the coarse-to-fine model.</param>
public sealed record FineTunedModel(string Path, string? Coarse = null, string? C2f = null)
{
    /// <summary>The tag of a training run that is taken unless another is named.</summary>
    public const string DefaultTag = "latest";

    // Folders in which upstream, its snapshots and other programs keep fine-tuned models and training runs.
    private static readonly string[] Shelves = ["models/vampnet/loras", "loras", "models/loras", "runs"];

    // A run's folder for a tag. The whole weights come first: they hold the tuned MASK rows too.
    private static readonly string[] RunFiles = ["vampnet/weights.pth", "vampnet/lora.pth", "weights.pth", "lora.pth"];

    /// <summary>Whether the model is one file, which may belong to either transformer.</summary>
    public bool IsFile => Coarse is null && C2f is null;

    /// <summary>Finds a fine-tuned model by a path, or by a name below the folder of the base model.</summary>
    /// <param name="name">A file, a folder, or a name.</param>
    /// <param name="roots">The base model's folders, as named and as found; the name is looked up below each.</param>
    /// <param name="tag">The tag of a training run: latest, best, 10k.</param>
    /// <exception cref="ExportException"><see cref="ExportErrorIds.FineTunedMissing"/>: none of the places holds it; all are listed with
    /// what each holds.</exception>
    public static FineTunedModel Find(string name, IEnumerable<string> roots, string tag = DefaultTag)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(roots);
        string[] candidates =
        [
            .. roots
                .SelectMany(root => Shelves, (root, shelf) => System.IO.Path.Combine(root, shelf, name))
                // models/vampnet was named: runs lies two folders up, in the checkout.
                .Concat(roots.Select(root => System.IO.Path.Combine(root, "..", "..", "runs", name)))
                .Prepend(name)
                .Select(System.IO.Path.GetFullPath)
                .Distinct(StringComparer.Ordinal),
        ];
        foreach (string candidate in candidates)
        {
            if (File.Exists(candidate))
            {
                return new FineTunedModel(candidate);
            }

            if (OfFolder(candidate, tag) is { } model)
            {
                return model;
            }
        }

        string looked = string.Join("\n", candidates.Select(candidate => $"  {candidate}: {Describe(candidate, tag)}"));
        throw new ExportException(
            ExportErrorIds.FineTunedMissing,
            found: $"no fine-tuned model {name}. Looked at:\n{looked}",
            expected: $"a file, a folder with coarse.pth, c2f.pth or both, or a training run with {{coarse,c2f}}/{tag}/vampnet/weights.pth "
                + "or lora.pth",
            advice: "Correct the name, or choose the run's --tag"
        );
    }

    /// <summary>The tags that a training run kept, in order; none where the folder is no training run.</summary>
    public static IReadOnlyList<string> TagsOf(string run) =>
        [
            .. new[] { "coarse", "c2f" }
                .Select(model => System.IO.Path.Combine(run, model))
                .Where(Directory.Exists)
                .SelectMany(Directory.GetDirectories)
                .Where(folder => RunFiles.Any(file => File.Exists(System.IO.Path.Combine(folder, file))))
                .Select(folder => System.IO.Path.GetFileName(folder))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The names of the fine-tuned models and training runs below a folder, with the folder each lies in.</summary>
    public static IReadOnlyList<(string Name, string Folder)> ListBelow(string root) =>
        [
            .. Shelves
                .Select(shelf => System.IO.Path.Combine(root, shelf))
                .Where(Directory.Exists)
                .SelectMany(Directory.GetDirectories)
                .Where(folder => OfFolder(folder, DefaultTag) is not null || TagsOf(folder).Count > 0)
                .Select(folder => (System.IO.Path.GetFileName(folder), folder))
                .OrderBy(each => each.Item1, StringComparer.Ordinal),
        ];

    private static FineTunedModel? OfFolder(string folder, string tag)
    {
        string? coarse = Of("coarse"),
            c2f = Of("c2f");
        return coarse is null && c2f is null ? null : new FineTunedModel(folder, coarse, c2f);

        string? Of(string model) =>
            RunFiles
                .Select(file => System.IO.Path.Combine(folder, model, tag, file))
                .Prepend(System.IO.Path.Combine(folder, $"{model}.pth"))
                .FirstOrDefault(File.Exists);
    }

    private static string Describe(string candidate, string tag)
    {
        IReadOnlyList<string> tags = TagsOf(candidate);
        return !Directory.Exists(candidate) ? "not there"
            : tags.Count > 0 ? $"a training run without the tag {tag}; it has {string.Join(", ", tags)}"
            : "a folder that holds neither coarse.pth nor c2f.pth, and no training run";
    }
}
