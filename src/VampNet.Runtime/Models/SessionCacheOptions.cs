namespace VampNet.Runtime.Models;

/// <summary>
/// Where sessions keep graphs in the form in which they run: optimized, with the weights in the order that this processor's kernels read.
/// Such weights are mapped, not loaded: sessions and processes share them. Cached graphs give the same results.
/// </summary>
public sealed record SessionCacheOptions
{
    /// <summary>The environment variable that the <c>vampnet</c> command reads: a folder, <c>on</c> or <c>off</c>.</summary>
    public const string Variable = "VAMPNET_SESSION_CACHE";

    /// <summary>The folder. Processes may share it; no one else should be able to write to it, because what it holds is run.</summary>
    public required string Folder { get; init; }

    /// <summary>The most bytes that it keeps. What was not used for longest goes first; one graph that is larger is not kept.</summary>
    public long MostBytes { get; init; } = 8L << 30;

    /// <summary>Graphs with fewer bytes of weights in files beside them are not cached: they open in milliseconds.</summary>
    public long LeastWeights { get; init; } = 32L << 20;

    /// <summary>The user's folder for caches: <c>vampnet/sessions</c> in <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, on macOS in
    /// <c>~/Library/Caches</c>, on Windows in <c>%LOCALAPPDATA%</c>. Null where the user has no such folder.</summary>
    public static string? DefaultFolder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? parent =
                OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? null
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given
                : Path.Combine(home, ".cache");
            return string.IsNullOrEmpty(parent) ? null : Path.Combine(parent, "vampnet", "sessions");
        }
    }
}
