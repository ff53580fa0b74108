namespace VampNet.Runtime.Audio;

/// <summary>Reads an audio file of any format: RIFF WAVE by itself, everything else through ffmpeg where this machine has it.</summary>
public static class AudioFile
{
    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="searchPath">Where to look for ffmpeg; null for the environment variable PATH.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="RuntimeException">
    /// VNR0100: no such file. VNR0107: not WAVE, and no ffmpeg to ask. Else as <see cref="WavReader"/> and <see cref="FfmpegDecoder"/>.
    /// </exception>
    public static async Task<AudioClip> ReadAsync(string path, string? searchPath = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new RuntimeException("VNR0100", $"Found no file at '{path}'. Expected an audio file. Check the name.");
        }

        if (await StartsAsWaveAsync(path, cancellationToken).ConfigureAwait(false))
        {
            using FileStream wave = File.OpenRead(path);
            return WavReader.Read(wave, path);
        }

        string ffmpeg =
            FfmpegDecoder.Find(searchPath ?? Environment.GetEnvironmentVariable("PATH"))
            ?? throw new RuntimeException(
                "VNR0107",
                $"Found something other than RIFF WAVE in '{path}', and no ffmpeg on the PATH. "
                    + "Expected a WAVE file, or ffmpeg to decode other formats. Convert the file to WAVE, or install ffmpeg."
            );
        return await FfmpegDecoder.ReadAsync(ffmpeg, path, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> StartsAsWaveAsync(string path, CancellationToken cancellationToken)
    {
        byte[] start = new byte[12];
        using FileStream stream = File.OpenRead(path);
        int read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return WavReader.IsWave(start.AsSpan(0, read));
    }
}
