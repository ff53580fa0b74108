using System.CommandLine;
using System.Globalization;
using VampNet.Runtime.Audio;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Music;

/// <summary>Where a command's sound goes: OUT, or several files numbered beside it, and how its samples are stored.</summary>
internal sealed class WaveOutput
{
    private readonly Argument<FileInfo> _out;
    private readonly SampleFormatOption _format = new();

    /// <param name="description">What the command writes there.</param>
    public WaveOutput(string description)
    {
        _out = new Argument<FileInfo>("OUT") { Description = description };
        _out.Validators.Add(result =>
        {
            // The word itself: the value is not there where it is no path.
            if (result.Tokens is [{ Value: var text }] && !string.IsNullOrWhiteSpace(text) && !IsWave(text) && !IsForFfmpeg(text))
            {
                result.AddError($"Found \"{text}\" for OUT. Expected a name that ends in .wav, .flac or .mp3.");
            }
        });
    }

    /// <summary>Gives a command the argument and the option that chooses the sample format.</summary>
    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_format.Option);
    }

    /// <summary>The files that so many clips become.</summary>
    public IEnumerable<string> PathsOf(ParseResult arguments, int clips) => Names(PathOf(arguments), clips);

    /// <summary>The files that so many clips become: the name itself, or <c>out-1.wav</c>, <c>out-2.wav</c> and so on.</summary>
    public static IEnumerable<string> Names(string path, int clips) =>
        clips == 1 ? [path] : Enumerable.Range(1, clips).Select(number => Number(path, number));

    /// <summary>Writes clips as WAVE files, under <see cref="Names"/>.</summary>
    public static void WriteAll(string path, IReadOnlyList<AudioClip> clips, WavEncoding encoding)
    {
        foreach ((int i, string file) in Names(path, clips.Count).Index())
        {
            WholeFile.Write(file, stream => WavWriter.Write(stream, clips[i], encoding));
        }
    }

    /// <summary>The name given.</summary>
    public string PathOf(ParseResult arguments) => arguments.GetRequiredValue(_out).FullName;

    /// <summary>
    /// Writes the clips, and says so; each file appears under its name only when it is complete. One clip becomes <c>out.wav</c>, several
    /// become
    /// <c>out-1.wav</c>, <c>out-2.wav</c> and so on.
    /// </summary>
    /// <param name="terminal">Told of each file.</param>
    /// <param name="clips">What to write, at least one.</param>
    /// <param name="arguments">The command line.</param>
    public void Write(Terminal terminal, IReadOnlyList<AudioClip> clips, ParseResult arguments)
    {
        WavEncoding encoding = _format.Read(arguments);
        string path = PathOf(arguments);
        string? ffmpeg = IsWave(path) ? null : FindFfmpeg(path);
        foreach ((int i, string file) in Names(path, clips.Count).Index())
        {
            AudioClip clip = clips[i];
            WholeFile.Write(file, stream => Write(stream, file, clip, encoding, ffmpeg));
            string which = clips.Count == 1 ? "" : $"variation {i + 1} of {clips.Count}, ";
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {which}{clip.Duration.TotalSeconds:0.00} s"));
        }
    }

    /// <summary>Refuses a file that ffmpeg would have to write where there is none.</summary>
    /// <exception cref="CommandException">VNL0009: no ffmpeg.</exception>
    public void RequireWriter(ParseResult arguments)
    {
        string path = PathOf(arguments);
        if (!IsWave(path))
        {
            FindFfmpeg(path);
        }
    }

    private static string FindFfmpeg(string path) =>
        FfmpegDecoder.Find(Environment.GetEnvironmentVariable("PATH"))
        ?? throw new CommandException(
            "VNL0009",
            $"Found no ffmpeg on the PATH to write {path} with.\nExpected it for {Path.GetExtension(path)}. Install ffmpeg, or name a .wav file."
        );

    private static void Write(Stream stream, string file, AudioClip clip, WavEncoding encoding, string? ffmpeg)
    {
        if (ffmpeg is null)
        {
            WavWriter.Write(stream, clip, encoding);
        }
        else
        {
            FfmpegEncoder.Write(ffmpeg, clip, Path.GetExtension(file).ToLowerInvariant(), stream, encoding);
        }
    }

    private static bool IsWave(string path) => Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase);

    private static bool IsForFfmpeg(string path) =>
        FfmpegEncoder.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string Number(string path, int number) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}");
}
