using System.CommandLine;
using System.Globalization;
using VampNet.Files;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Music;

/// <summary>The audio output of a command: OUT, or several numbered files beside it, and its sample format.</summary>
internal sealed class WaveOutput
{
    private readonly Argument<FileInfo> _out;
    private readonly SampleFormatOption _format = new();

    /// <param name="description">Description of the output, for the help page.</param>
    public WaveOutput(string description)
    {
        _out = new Argument<FileInfo>("OUT") { Description = description };
        _out.Validators.Add(result =>
        {
            // Reads the token, since the option has no value if it is not a path.
            if (
                result.Tokens is [{ Value: var text }]
                && !string.IsNullOrWhiteSpace(text)
                && !StandardOutput.IsMeantBy(new FileInfo(text.Replace('\0', ' ')))
                && !IsWave(text)
                && !IsForFfmpeg(text)
            )
            {
                result.AddError($"Found \"{text}\" for OUT. Expected a name that ends in .wav, .flac or .mp3, or - for standard output.");
            }
        });
    }

    /// <summary>Gives a command the argument and the option that chooses the sample format.</summary>
    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_format.Option);
    }

    /// <summary>The names of the files of N clips; none for standard output.</summary>
    public IEnumerable<string> PathsOf(ParseResult arguments, int clips) =>
        IsStandardOutput(arguments) ? [] : Names(PathOf(arguments), clips);

    /// <summary>The names of the files of N clips: the name itself, or <c>out-1.wav</c>, <c>out-2.wav</c> and so on.</summary>
    public static IEnumerable<string> Names(string path, int clips) =>
        clips == 1 ? [path] : Enumerable.Range(1, clips).Select(number => Number(path, number));

    /// <summary>Writes clips as WAVE files, under <see cref="Names"/>, all together.</summary>
    /// <param name="path">The name of one clip.</param>
    /// <param name="clips">The clips, at least one.</param>
    /// <param name="encoding">Number format of the samples.</param>
    /// <param name="beside">A file that belongs to them.</param>
    public static void WriteAll(
        string path,
        IReadOnlyList<AudioClip> clips,
        WavEncoding encoding,
        (string Path, byte[] Contents)? beside = null
    )
    {
        string[] files = [.. Names(path, clips.Count)];
        using var set = new FileSet(files[0]);
        foreach ((string file, AudioClip clip) in files.Zip(clips))
        {
            set.Write(file, stream => WavWriter.Write(stream, clip, encoding));
        }

        if (beside is { } other)
        {
            set.Write(other.Path, stream => stream.Write(other.Contents));
        }

        set.Publish();
    }

    /// <summary>The name given.</summary>
    public string PathOf(ParseResult arguments) => arguments.GetRequiredValue(_out).FullName;

    /// <summary>Whether the sound goes to standard output, as WAVE.</summary>
    public bool IsStandardOutput(ParseResult arguments) => StandardOutput.IsMeantBy(arguments.GetRequiredValue(_out));

    /// <summary>
    /// Writes the clips, with the files that belong beside them, and says so. One clip becomes <c>out.wav</c>, several become
    /// <c>out-1.wav</c>, <c>out-2.wav</c> and so on. All of these files appear together, when they are complete.
    /// </summary>
    /// <param name="terminal">Receives each file.</param>
    /// <param name="clips">The clips, at least one.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="beside">Other files: where to, how, and what to call it.</param>
    /// <exception cref="UsageException">Several clips for standard output.</exception>
    public void Write(
        Terminal terminal,
        IReadOnlyList<AudioClip> clips,
        ParseResult arguments,
        params IReadOnlyList<(string Path, Action<Stream> Write, string Name)> beside
    )
    {
        WavEncoding encoding = _format.Read(arguments);
        if (IsStandardOutput(arguments))
        {
            if (clips.Count > 1)
            {
                throw new UsageException($"Found {clips.Count} pieces for standard output. Expected one: name a file.");
            }

            StandardOutput.Write(stream => WavWriter.Write(stream, clips[0], encoding));
            foreach ((string file, Action<Stream> write, _) in beside)
            {
                WholeFile.Write(file, write);
            }

            return;
        }

        string path = PathOf(arguments);
        string? ffmpeg = IsWave(path) ? null : FindFfmpeg(path);
        string[] files = [.. PathsOf(arguments, clips.Count)];
        using (var set = new FileSet(files[0]))
        {
            foreach ((string file, AudioClip clip) in files.Zip(clips))
            {
                set.Write(file, stream => Write(stream, file, clip, encoding, ffmpeg));
            }

            foreach ((string file, Action<Stream> write, _) in beside)
            {
                set.Write(file, write);
            }

            set.Publish();
        }

        foreach ((int i, AudioClip clip) in clips.Index())
        {
            string which = clips.Count == 1 ? "" : $"variation {i + 1} of {clips.Count}, ";
            terminal.Output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{files[i]}: {which}{clip.Duration.TotalSeconds:0.00} s")
            );
        }

        foreach ((string file, _, string name) in beside)
        {
            terminal.Output.WriteLine($"{file}: {name}");
        }
    }

    /// <summary>Refuses a file that ffmpeg would have to write where there is none.</summary>
    /// <exception cref="CommandException">VNL0009: no ffmpeg.</exception>
    public void RequireWriter(ParseResult arguments)
    {
        string path = PathOf(arguments);
        if (!IsWave(path) && !IsStandardOutput(arguments))
        {
            FindFfmpeg(path);
        }
    }

    private static string FindFfmpeg(string path) =>
        FfmpegDecoder.Find(Environment.GetEnvironmentVariable("PATH"))
        ?? throw new CommandException(
            CommandErrorIds.FfmpegMissing,
            found: $"no ffmpeg on the PATH to write {path} with",
            expected: $"ffmpeg, which writes {Path.GetExtension(path)} files",
            advice: "Install ffmpeg, or name a .wav file"
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
