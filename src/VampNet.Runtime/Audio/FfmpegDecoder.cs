using System.ComponentModel;
using System.Diagnostics;

namespace VampNet.Runtime.Audio;

/// <summary>Reads whatever format an <c>ffmpeg</c> program on this machine reads, by having it write WAVE to a pipe.</summary>
public static class FfmpegDecoder
{
    /// <summary>Finds the full path of ffmpeg in the first folder of <paramref name="searchPath"/> that has it, or null.</summary>
    /// <param name="searchPath">Folders as in the environment variable PATH.</param>
    public static string? Find(string? searchPath)
    {
        string name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (searchPath ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Decodes a file.</summary>
    /// <param name="ffmpeg">The program, from <see cref="Find"/>.</param>
    /// <param name="path">The file to read.</param>
    /// <param name="cancellationToken">Stops the program.</param>
    /// <exception cref="RuntimeException">VNR0108: ffmpeg cannot start, or refuses the file or a part of it; the message includes ffmpeg's
    /// own.</exception>
    public static async Task<AudioClip> ReadAsync(string ffmpeg, string path, CancellationToken cancellationToken = default)
    {
        ProcessStartInfo start = new(ffmpeg)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // -xerror: without it, ffmpeg skips what it cannot decode, and exits with 0. "file:" keeps a name that looks like an address or a
        // filter from being taken for one.
        foreach (
            string argument in (ReadOnlySpan<string>)
                [
                    "-v",
                    "error",
                    "-nostdin",
                    "-xerror",
                    "-i",
                    "file:" + Path.GetFullPath(path),
                    "-vn",
                    "-c:a",
                    "pcm_f32le",
                    "-f",
                    "wav",
                    "pipe:1",
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration stop = cancellationToken.Register(() => Stop(process));
            Task<string> complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
            Stream wave = process.StandardOutput.BaseStream;
            Task<AudioClip> reading = Task.Run(() => WavReader.Read(wave, path), CancellationToken.None);
            // Even if reading fails, ffmpeg must write the rest before it can exit. Its own message takes precedence over the reader's.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await wave.CopyToAsync(Stream.Null, CancellationToken.None).ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
            {
                throw Refused(path, $"exit code {process.ExitCode}: {(await complaint.ConfigureAwait(false)).Trim()}");
            }

            return await reading.ConfigureAwait(false);
        }
        catch (Win32Exception problem)
        {
            throw Refused(path, $"'{ffmpeg}' does not start: {problem.Message}", problem);
        }
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static RuntimeException Refused(string path, string found, Exception? cause = null) =>
        new(
            RuntimeErrorIds.FfmpegFailed,
            found: $"no audio that ffmpeg could read whole in '{path}' ({found})",
            expected: "an undamaged audio file",
            advice: "Check the file, or convert what can be read of it to WAVE",
            cause: cause
        );
}
