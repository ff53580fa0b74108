namespace VampNet.Cli.Batch;

/// <summary>Finds the inputs of a batch, and names their outputs.</summary>
/// <param name="extensions">Extensions of the files of a folder that are inputs, such as <c>.wav</c>.</param>
/// <param name="outputExtension">The extension of each output.</param>
/// <param name="outputFolder">Folder that outputs go to; nothing below it is an input of a folder or a pattern.</param>
/// <param name="baseFolder">The folder below which the inputs' paths are kept in the outputs' names; null for each IN's own.</param>
internal sealed class BatchInputs(IReadOnlyList<string> extensions, string outputExtension, string outputFolder, string? baseFolder)
{
    /// <summary>The items of the whole batch, ordered by name whatever the order of <paramref name="inputs"/>.</summary>
    /// <param name="inputs">Files, folders and patterns.</param>
    /// <exception cref="CommandException">VNL0031: a name or pattern that matches nothing. VNL0032: two inputs with one output.</exception>
    public IReadOnlyList<BatchItem> Find(IEnumerable<string> inputs)
    {
        Dictionary<string, BatchItem> items = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach (BatchItem item in inputs.SelectMany(FindOne))
        {
            if (items.TryGetValue(item.Name, out BatchItem? other) && other.Input != item.Input)
            {
                throw new CommandException(
                    CommandErrorIds.BatchOutputTwice,
                    found: $"two inputs whose output is {item.Name}: {other.Input} and {item.Input}",
                    expected: "an output for each",
                    advice: "Give the folder above both, or --base with it, or run them with two folders as --out"
                );
            }

            items[item.Name] = item;
        }

        return [.. items.Values.OrderBy(item => item.Name, StringComparer.Ordinal)];
    }

    private IEnumerable<BatchItem> FindOne(string input)
    {
        if (File.Exists(input))
        {
            return [Item(Path.GetFullPath(input), Path.GetDirectoryName(Path.GetFullPath(input))!)];
        }

        (IEnumerable<string> found, string root, string what) =
            Directory.Exists(input)
                ? (
                    PathPattern.Below(Path.GetFullPath(input)).Where(HasExtension),
                    Path.GetFullPath(input),
                    $"no file of {string.Join(", ", extensions)} below {input}"
                )
            : PathPattern.IsPattern(input) ? (PathPattern.Find(input), PathPattern.Root(input), $"no file that matches {input}")
            : ([], "", $"no file or folder {input}");
        BatchItem[] items = [.. found.Where(path => !IsBelow(path, outputFolder)).Select(path => Item(path, root))];
        return items.Length > 0
            ? items
            : throw new CommandException(
                CommandErrorIds.BatchInputMissing,
                found: $"{what}",
                expected: $"files, folders with files of {string.Join(", ", extensions)}, or patterns such as music/**/*.wav"
            );
    }

    private BatchItem Item(string path, string root)
    {
        string keep = baseFolder is not null && IsBelow(path, baseFolder) ? baseFolder : root;
        string name = Path.ChangeExtension(Path.GetRelativePath(keep, path), outputExtension);
        return new BatchItem(path, name.Replace(Path.DirectorySeparatorChar, '/'));
    }

    private bool HasExtension(string path) => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

/// <summary>One input of a batch, with the name of its output.</summary>
/// <param name="Input">The full path of the file to read.</param>
/// <param name="Name">The output's path below the output folder, with <c>/</c> between folders.</param>
internal sealed record BatchItem(string Input, string Name);
