using VampNet.Files;
using VampNet.Runtime.Audio.Formats;

namespace VampNet.Runtime.Audio;

/// <summary>Reads an audio file of any format: WAVE, FLAC, MP3, Ogg Vorbis and AIFF by itself, everything else through ffmpeg where this
/// machine has it.</summary>
public static class AudioFile
{
    /// <summary>Largest number of bytes that is read from a pipe: 50 minutes of stereo at 44.1 kHz and 16 bits.</summary>
    public const int MostPipedBytes = 1 << 29;

    /// <summary>The extensions of the formats that are read without ffmpeg, each with its dot, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".wav", ".flac", ".mp3", ".ogg", ".aiff", ".aif"];

    // Extensions of common recording formats that only ffmpeg reads.
    private static readonly string[] OtherExtensions = [".m4a", ".mp4", ".aac", ".opus", ".oga", ".webm", ".wma", ".wv", ".caf", ".w64"];

    /// <summary>Whether a file name has the extension of a recording: one of <see cref="Extensions"/>, or of a format that needs
    /// ffmpeg.</summary>
    public static bool IsSound(string path)
    {
        string extension = Path.GetExtension(path);
        return Extensions.Concat(OtherExtensions).Contains(extension, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads the whole file. A pipe is read to its end, at most <see cref="MostPipedBytes"/> and without ffmpeg.</summary>
    /// <param name="path">The file.</param>
    /// <param name="searchPath">Folders to look for ffmpeg in; null for the environment variable PATH.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="RuntimeException">
    /// VNR0100: no such file. VNR0107: another format, and no ffmpeg. Otherwise the errors of <see cref="Read"/> and
    /// <see cref="FfmpegDecoder"/>.
    /// </exception>
    public static async Task<AudioClip> ReadAsync(string path, string? searchPath = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new RuntimeException(
                RuntimeErrorIds.AudioMissing,
                found: $"no file at '{path}'",
                expected: "an audio file",
                advice: "Check the name"
            );
        }

        if (FileIdentity.Read(path).Kind == FileKind.Pipe)
        {
            // A pipe that nobody writes to is waited for in a thread of its own, so that cancelling ends the waiting.
            return Read(
                await Task.Run(() => ReadPipe(path, MostPipedBytes), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false),
                path
            );
        }

        if (await StartsAsWaveAsync(path, cancellationToken).ConfigureAwait(false))
        {
            // WAVE files are large, and their reader works on a stream.
            using FileStream wave = File.OpenRead(path);
            return WavReader.Read(wave, path);
        }

        byte[] contents = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        if (AudioSignature.Detect(contents) != AudioFormat.Unknown)
        {
            return await Task.Run(() => Read(contents, path), cancellationToken).ConfigureAwait(false);
        }

        string? ffmpeg = FfmpegDecoder.Find(searchPath ?? Environment.GetEnvironmentVariable("PATH"));
        return ffmpeg is null
            ? throw UnknownFormat(path)
            : await FfmpegDecoder.ReadAsync(ffmpeg, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a file that is in memory, without ffmpeg.</summary>
    /// <param name="contents">The whole file.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="RuntimeException">VNR0101 to VNR0105: a WAV file that is no WAVE, ends early, has an unknown format or no
    /// sound. VNR0107: another format. VNR0113: the file ends early. VNR0114: it is damaged.</exception>
    public static AudioClip Read(byte[] contents, string source)
    {
        ArgumentNullException.ThrowIfNull(contents);
        switch (AudioSignature.Detect(contents))
        {
            case AudioFormat.Wave:
                using (var stream = new MemoryStream(contents, writable: false))
                {
                    return WavReader.Read(stream, source);
                }

            case AudioFormat.Flac:
                return FlacReader.Read(contents, source);
            case AudioFormat.OggVorbis:
                return OggVorbisReader.Read(contents, source);
            case AudioFormat.Mpeg:
                return MpegReader.Read(contents, source);
            case AudioFormat.Aiff:
                return AiffReader.Read(contents, source);
            default:
                throw UnknownFormat(source);
        }
    }

    /// <exception cref="RuntimeException">VNR0118: the pipe gives more than <paramref name="mostBytes"/>.</exception>
    internal static byte[] ReadPipe(string path, int mostBytes)
    {
        using FileStream pipe = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        using MemoryStream contents = new();
        byte[] piece = new byte[1 << 16];
        while (pipe.Read(piece) is > 0 and int length)
        {
            if (contents.Length + length > mostBytes)
            {
                throw new RuntimeException(
                    RuntimeErrorIds.PipeTooLong,
                    found: $"more than {mostBytes} bytes in the pipe '{path}'",
                    expected: "at most that many bytes from a pipe",
                    advice: "Write it to a file, and name the file"
                );
            }

            contents.Write(piece, 0, length);
        }

        return contents.ToArray();
    }

    private static RuntimeException UnknownFormat(string source) =>
        new(
            RuntimeErrorIds.FfmpegMissing,
            found: $"something other than WAVE, FLAC, MP3, Ogg Vorbis and AIFF in '{source}', and no ffmpeg on the PATH to decode it",
            expected: "one of these formats, or ffmpeg",
            advice: "Convert the file to WAVE, or install ffmpeg"
        );

    private static async Task<bool> StartsAsWaveAsync(string path, CancellationToken cancellationToken)
    {
        byte[] start = new byte[12];
        using FileStream stream = File.OpenRead(path);
        int read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return WavReader.IsWave(start.AsSpan(0, read));
    }
}
