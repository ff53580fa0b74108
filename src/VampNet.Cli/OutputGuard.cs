using VampNet.Files;

namespace VampNet.Cli;

/// <summary>Refuses outputs that would destroy an input, or that no file can be put at, before any work is done.</summary>
internal static class OutputGuard
{
    /// <summary>Compares every output with every input and with every other output, by what the paths lead to and not by how they are
    /// spelled.</summary>
    /// <param name="inputs">Files that the command reads.</param>
    /// <param name="outputs">Files that it will write, side files included.</param>
    /// <exception cref="CommandException">VNL0021: two of them are one file. VNL0022: an output is a folder, a device, or below a file.
    /// VNL0029: its folder may not be written to.</exception>
    public static void Require(IEnumerable<string> inputs, IReadOnlyList<string> outputs)
    {
        StringComparer comparer = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        Dictionary<string, string> taken = new(comparer);
        List<(FileIdentity Identity, string Name)> identities = [];
        foreach (string input in inputs)
        {
            taken.TryAdd(Resolve(input), $"the input {input}");
            identities.Add((FileIdentity.Read(input), $"the input {input}"));
        }

        foreach (string output in outputs)
        {
            string target = Resolve(output);
            FileIdentity identity = FileIdentity.Read(target);
            if ((taken.GetValueOrDefault(target) ?? identities.FirstOrDefault(each => each.Identity.IsSameAs(identity)).Name) is { } other)
            {
                throw new CommandException(
                    CommandErrorIds.OutputIsInput,
                    found: $"{output} as an output, which is also {other}",
                    expected: "two different files: writing one would destroy the other",
                    advice: "Choose another name"
                );
            }

            taken.Add(target, $"the output {output}");
            RequirePlace(output, target);
        }
    }

    /// <summary>Looks at folders that a command will make or fill.</summary>
    /// <exception cref="CommandException">VNL0029: one may not be written to.</exception>
    public static void RequireFolders(IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            RequireRights(Resolve(folder), folder);
        }
    }

    /// <summary>Follows every symbolic link of a path.</summary>
    internal static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(full)!;
        foreach (string part in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            FileSystemInfo? target = new FileInfo(next).LinkTarget is null ? null : File.ResolveLinkTarget(next, returnFinalTarget: true);
            resolved = target?.FullName ?? next;
        }

        return resolved;
    }

    private static void RequirePlace(string output, string target)
    {
        string? found = FileIdentity.Read(target).Kind switch
        {
            FileKind.Folder => "a folder",
            FileKind.Device => "a device",
            FileKind.Pipe => "a pipe",
            FileKind.Socket => "a socket",
            _ when target.StartsWith("/dev/", StringComparison.Ordinal) || target.StartsWith("/proc/", StringComparison.Ordinal) =>
                "a device",
            _ when FileIdentity.Read(Path.GetDirectoryName(target)!).Kind is not (FileKind.Folder or FileKind.None) =>
                "a name below a file",
            _ => null,
        };
        if (found is not null)
        {
            throw new CommandException(
                CommandErrorIds.OutputNotAFile,
                found: $"{found} at {output}",
                expected: "the name of a file to write",
                advice: "Choose another name"
            );
        }

        RequireRights(Path.GetDirectoryName(target)!, output);
    }

    private static void RequireRights(string folder, string output)
    {
        if (!FolderAccess.MayWrite(folder))
        {
            throw new CommandException(
                CommandErrorIds.FolderNotWritable,
                found: $"the folder {folder}, into which this user may not write, for the output {output}",
                expected: "a folder that this user may write to",
                advice: "Choose another folder, or change the permissions of this one"
            );
        }
    }
}
