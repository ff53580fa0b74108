using Microsoft.ML.OnnxRuntime;
using VampNet.Files;

namespace VampNet.Runtime.Models;

/// <summary>
/// Opens sessions from a folder of graphs in the form in which they run, and saves those that it lacks. A cache that cannot be read or
/// written never keeps a model from opening. Safe for several processes: an entry appears whole, and disappears whole.
/// </summary>
internal static class SessionCache
{
    private const int KeyLength = 64;

    /// <summary>Opens a model's session.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="create">Makes session options with every optimization.</param>
    /// <exception cref="OnnxRuntimeException">The graph itself does not load.</exception>
    public static InferenceSession Open(string path, SessionCacheOptions cache, Func<SessionOptions> create)
    {
        try
        {
            if (SessionKey.Compute(path, cache, SessionKey.Machine) is { } key)
            {
                string entry = Path.Combine(Path.GetFullPath(cache.Folder), key);
                if (TryOpen(entry, create) is { } cached)
                {
                    return cached;
                }

                Save(path, cache, entry, create);
                if (TryOpen(entry, create) is { } saved)
                {
                    return saved;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or OnnxRuntimeException)
        {
            // The disk is full, or the folder is another user's; a graph that does not load fails again below.
        }

        using SessionOptions options = create();
        return new InferenceSession(path, options);
    }

    /// <summary>Makes the cache's folder, for this user alone.</summary>
    public static void MakeFolder(SessionCacheOptions cache)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(cache.Folder);
        }
        else
        {
            Directory.CreateDirectory(cache.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static InferenceSession? TryOpen(string entry, Func<SessionOptions> create)
    {
        if (!SessionEntry.IsWhole(entry))
        {
            return null;
        }

        using SessionOptions options = create();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        try
        {
            InferenceSession session = new(Path.Combine(entry, SessionEntry.GraphName), options);
            Touch(entry);
            return session;
        }
        catch (OnnxRuntimeException)
        {
            // Damaged, or removed by another process in this moment.
            return null;
        }
    }

    private static void Save(string path, SessionCacheOptions cache, string entry, Func<SessionOptions> create)
    {
        MakeFolder(cache);
        Leftovers.Remove(cache.Folder);
        using FileSet files = new(entry);
        string folder = files.Stage(entry);
        Directory.CreateDirectory(folder);
        Write(path, folder, isPacked: true, create);
        if (!PackedWeights.AreAligned(File.ReadAllBytes(Path.Combine(folder, SessionEntry.GraphName))))
        {
            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            Write(path, folder, isPacked: false, create);
        }

        File.WriteAllBytes(Path.Combine(folder, SessionEntry.Name), SessionEntry.Describe(folder).ToJson());
        files.Flush(entry);
        if (Directory.Exists(entry) && !SessionEntry.IsWhole(entry))
        {
            WholeFolder.Remove(entry);
        }

        // If another process was quicker, its entry stays.
        if (!Directory.Exists(entry))
        {
            try
            {
                files.Publish();
            }
            catch (IOException) when (Directory.Exists(entry))
            {
                // As above, in this moment.
            }
        }

        RemoveOldest(cache, entry);
    }

    private static void Write(string path, string folder, bool isPacked, Func<SessionOptions> create)
    {
        using SessionOptions options = create();
        options.OptimizedModelFilePath = Path.Combine(folder, SessionEntry.GraphName);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", SessionEntry.WeightsName);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        options.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", isPacked ? "1" : "0");
        new InferenceSession(path, options).Dispose();
    }

    private static void RemoveOldest(SessionCacheOptions cache, string newest)
    {
        long kept = 0;
        foreach (
            DirectoryInfo entry in new DirectoryInfo(cache.Folder)
                .GetDirectories()
                .Where(folder => folder.Name.Length == KeyLength)
                .OrderByDescending(folder => folder.FullName == newest)
                .ThenByDescending(UsedAt)
        )
        {
            kept += entry.GetFiles().Sum(file => file.Length);
            if (kept > cache.MostBytes && entry.FullName != newest)
            {
                WholeFolder.Remove(entry.FullName);
            }
        }
    }

    private static DateTime UsedAt(DirectoryInfo entry) => File.GetLastWriteTimeUtc(Path.Combine(entry.FullName, SessionEntry.Name));

    private static void Touch(string entry)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(entry, SessionEntry.Name), DateTime.UtcNow);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read; whoever may write to it decides what goes.
        }
    }
}
