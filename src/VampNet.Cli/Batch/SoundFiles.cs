using VampNet.Runtime.Audio;

namespace VampNet.Cli.Batch;

/// <summary>The files of a folder that hold sound, by their extensions. Others can be named or matched by a pattern.</summary>
internal static class SoundFiles
{
    /// <summary>The formats that are read without ffmpeg.</summary>
    public static IReadOnlyList<string> Extensions => AudioFile.Extensions;
}
