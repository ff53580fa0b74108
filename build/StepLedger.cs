// Loaded by build.cake as a script and compiled into VampNet.Build.Tests: hence no namespace, nothing of Cake, and full names where Cake
// has its own File, Directory and Path.
#nullable enable
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

/// <summary>Inputs and outputs of each step, so that a step whose inputs have not changed need not run again.</summary>
/// <param name="folder">Folder of the stamps: a file for each step, and one with the digests of files.</param>
/// <remarks>
/// Files are compared by SHA-256. A file's digest is computed anew only when its length or its time of writing has changed: checkpoints are
/// gigabytes.
/// A path may end in a wildcard: it then stands for the files that match.
/// </remarks>
public sealed class StepLedger(string folder)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly Dictionary<string, string> _digests =
        Load<Dictionary<string, string>>(System.IO.Path.Combine(folder, "digests.json")) ?? [];

    /// <summary>Reason why a step must run; null when it need not.</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="settings">Everything but files that decides what the step makes, by name: its options, and the tool's own
    /// digest.</param>
    /// <param name="inputs">The files it reads.</param>
    public string? ReasonToRun(string step, IReadOnlyDictionary<string, string> settings, IEnumerable<string> inputs)
    {
        if (Load<Stamp>(StampPath(step)) is not { } stamp)
        {
            return "not done yet";
        }

        string? reason =
            Difference(stamp.Settings, settings)
            ?? Difference(stamp.Inputs, Digests(inputs))
            ?? stamp
                .Outputs.Select(output =>
                    !System.IO.File.Exists(output.Key) ? $"{output.Key} is gone"
                    : output.Value != Digest(output.Key) ? $"{output.Key} is not as it was written"
                    : null
                )
                .FirstOrDefault(each => each is not null);
        Save("digests.json", _digests);
        return reason;
    }

    /// <summary>Forgets a step: until it is recorded again it must run.</summary>
    public void Forget(string step)
    {
        if (System.IO.File.Exists(StampPath(step)))
        {
            System.IO.File.Delete(StampPath(step));
        }
    }

    /// <summary>Records a step that has succeeded.</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="settings">As for <see cref="ReasonToRun"/>.</param>
    /// <param name="inputs">As for <see cref="ReasonToRun"/>.</param>
    /// <param name="outputs">The files it wrote.</param>
    public void Record(string step, IReadOnlyDictionary<string, string> settings, IEnumerable<string> inputs, IEnumerable<string> outputs)
    {
        Save($"{step}.json", new Stamp(new(settings.ToDictionary()), Digests(inputs), Digests(outputs)));
        Save("digests.json", _digests);
    }

    /// <summary>One digest for many files, by name and content.</summary>
    public string DigestOfAll(IEnumerable<string> paths) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Digests(paths))));

    private static string? Difference(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        before
            .Keys.Union(now.Keys)
            .Order(StringComparer.Ordinal)
            .Where(key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key => $"{key} changed")
            .FirstOrDefault();

    private SortedDictionary<string, string> Digests(IEnumerable<string> paths) =>
        new(paths.SelectMany(Expand).Distinct().ToDictionary(path => path, Digest), StringComparer.Ordinal);

    private static IEnumerable<string> Expand(string path) =>
        !System.IO.Path.GetFileName(path).Contains('*') ? [path]
        : System.IO.Directory.Exists(System.IO.Path.GetDirectoryName(path))
            ? System.IO.Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileName(path))
        : [];

    private string Digest(string path)
    {
        var file = new System.IO.FileInfo(path);
        if (!file.Exists)
        {
            return "absent";
        }

        string state = string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks} ");
        if (!_digests.TryGetValue(path, out string? known) || !known.StartsWith(state, StringComparison.Ordinal))
        {
            using System.IO.FileStream stream = file.OpenRead();
            _digests[path] = known = state + Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        return known[state.Length..];
    }

    private string StampPath(string step) => System.IO.Path.Combine(folder, $"{step}.json");

    private static T? Load<T>(string path)
        where T : class => System.IO.File.Exists(path) ? JsonSerializer.Deserialize<T>(System.IO.File.ReadAllText(path)) : null;

    private void Save<T>(string name, T value)
    {
        System.IO.Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, name);
        System.IO.File.WriteAllText($"{path}.new", JsonSerializer.Serialize(value, Indented));
        System.IO.File.Move($"{path}.new", path, overwrite: true);
    }

    private sealed record Stamp(
        SortedDictionary<string, string> Settings,
        SortedDictionary<string, string> Inputs,
        SortedDictionary<string, string> Outputs
    );
}
#nullable restore
