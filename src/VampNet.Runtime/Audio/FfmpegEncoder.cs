using System.ComponentModel;
using System.Diagnostics;
using VampNet.Files;

namespace VampNet.Runtime.Audio;

/// <summary>Writes FLAC and MP3 by an <c>ffmpeg</c> program on this machine.</summary>
public static class FfmpegEncoder
{
    /// <summary>Extensions of the files it writes, in lower case and with their dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".flac", ".mp3"];

    /// <summary>Encodes a clip.</summary>
    /// <param name="ffmpeg">The program, from <see cref="FfmpegDecoder.Find"/>.</param>
    /// <param name="clip">The sound.</param>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    /// <param name="destination">Receives the file.</param>
    /// <param name="encoding">The bits of a sample in FLAC: <see cref="WavEncoding.Pcm16"/> gives 16, the others 24. MP3 has none.</param>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite. VNR0116: ffmpeg does not start, or does not write the
    /// file.</exception>
    public static void Write(string ffmpeg, AudioClip clip, string extension, Stream destination, WavEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(destination);
        // FLAC's header is completed after the last sample: that needs a file, not a pipe.
        using TemporaryFolder folder = new();
        string wave = folder.At("in.wav"),
            encoded = folder.At("out" + extension);
        using (FileStream file = File.Create(wave))
        {
            WavWriter.Write(file, clip, encoding == WavEncoding.Pcm16 ? WavEncoding.Pcm16 : WavEncoding.Pcm24);
        }

        string[] format = extension == ".mp3" ? ["-c:a", "libmp3lame", "-q:a", "2"] : ["-c:a", "flac", "-compression_level", "8"];
        Run(ffmpeg, ["-v", "error", "-nostdin", "-y", "-i", wave, .. format, "-bitexact", encoded]);
        using FileStream result = File.OpenRead(encoded);
        result.CopyTo(destination);
    }

    private static void Run(string ffmpeg, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(ffmpeg, arguments) { RedirectStandardError = true })!;
            string complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw Refused($"exit code {process.ExitCode}: {complaint.Trim()}", null);
            }
        }
        catch (Win32Exception problem)
        {
            throw Refused($"'{ffmpeg}' does not start: {problem.Message}", problem);
        }
    }

    private static RuntimeException Refused(string found, Exception? cause) =>
        new(
            RuntimeErrorIds.FfmpegCannotWrite,
            found: $"that ffmpeg could not write the sound ({found})",
            expected: "an ffmpeg with the encoder",
            advice: "Write WAVE instead, or install another ffmpeg",
            cause: cause
        );
}
