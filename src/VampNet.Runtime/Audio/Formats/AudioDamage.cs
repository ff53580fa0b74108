namespace VampNet.Runtime.Audio.Formats;

/// <summary>The refusals that all compressed formats share.</summary>
internal static class AudioDamage
{
    /// <summary>VNR0113: the file ends within something.</summary>
    /// <param name="source">The file.</param>
    /// <param name="what">Name of the part that is cut, such as <c>FLAC frame 12</c>.</param>
    /// <param name="offset">Offset of the part, in bytes from the start of the file.</param>
    public static RuntimeException Truncated(string source, string what, long offset) =>
        new(
            RuntimeErrorIds.AudioCut,
            found: $"that '{source}' ends early: {what}, from byte {offset} on, is not complete",
            expected: "a whole file",
            advice: "The file is cut short; copy or export it again"
        );

    /// <summary>VNR0114: the contents contradict the format.</summary>
    /// <param name="source">The file.</param>
    /// <param name="found">The finding.</param>
    /// <param name="offset">Offset of the damage, in bytes from the start of the file.</param>
    /// <param name="expected">The expectation.</param>
    /// <param name="cause">Exception of a decoder.</param>
    public static RuntimeException Damaged(string source, string found, long offset, string expected, Exception? cause = null) =>
        new(
            RuntimeErrorIds.AudioDamaged,
            found: $"{found} at byte {offset} of '{source}'",
            expected: $"{expected}",
            advice: "The file is damaged; copy or export it again",
            cause: cause
        );

    /// <summary>VNR0105: there are no samples.</summary>
    public static RuntimeException NoSound(string source) =>
        new(
            RuntimeErrorIds.NoSound,
            found: $"no samples in '{source}'",
            expected: "at least one sample",
            advice: "The recording is empty; export it again"
        );
}
