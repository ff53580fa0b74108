using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using VampNet.Cli.Display;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Pictures;

namespace VampNet.Cli.Music;

/// <summary><c>vampnet vamp IN.wav OUT.wav</c>: one piece of music into another.</summary>
internal sealed class VampCommand : ToolCommand
{
    private readonly Argument<FileInfo> _in = new("IN")
    {
        Description = "A WAVE, FLAC, MP3, Ogg Vorbis or AIFF file, or any audio file where ffmpeg is on the PATH.",
    };
    private readonly Option<FileInfo> _settings = new("--settings")
    {
        HelpName = "FILE",
        Description = "Repeat a run by the settings saved beside its output, instead of the controls.",
    };
    private readonly Option<FileInfo> _mask = new("--mask")
    {
        HelpName = "FILE",
        Description = "Use this mask: a line of 0 (keep) and 1 (generate) for each codebook, or one line for all.",
    };
    private readonly Option<FileInfo> _picture = new("--picture") { HelpName = "FILE", Description = "Draw codes and mask as PNG." };
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Replace the .json beside OUT even if it does not hold settings of an earlier run.",
    };
    private readonly ModelOptionSet _models;
    private readonly WaveOutput _wave = new(
        "The .wav file to write (.flac or .mp3 where ffmpeg is on the PATH; - for standard output), with its settings beside it "
            + "as .json; several variations are numbered."
    );
    private readonly VampControls _controls = new();
    private readonly ControlOptions _signals = new();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Turns one piece of music into another: encode, mask, generate, decode. The controls' defaults are upstream's.";

    public VampCommand(Terminal terminal)
        : base(
            terminal,
            "vamp",
            Summary,
            "vampnet vamp in.wav out.wav --models models/demo --seed 7",
            "vampnet vamp in.wav out.wav --models models/demo --periodic-prompt 13 --upper-codebook-mask 4 --steps 24 --batch 2 "
                + "--picture out.png",
            "vampnet vamp in.wav out.wav --models models/demo --preset \"small variation (follow beat)\" --steps 24",
            "vampnet vamp in.wav again.wav --models models/demo --settings out.json"
        )
    {
        Add(_in);
        _wave.AddTo(this);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this, generates: true);
        Add(_picture);
        Add(_settings);
        Add(_mask);
        Add(_overwrite);
        _controls.AddTo(this);
        _signals.AddTo(this);
        PresetOption.AddListTo(this, terminal);
    }

    protected override IReadOnlyList<Option> OutputOptions => [_picture];

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        [
            .. _wave.PathsOf(arguments, _controls.Variations(arguments)),
            .. _wave.IsStandardOutput(arguments) ? Array.Empty<string>() : [SettingsPath(arguments)],
            .. arguments.GetValue(_picture) is { } picture ? [picture.FullName] : Array.Empty<string>(),
        ];

    protected override bool ReadsPipes => true;

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (IsGiven(_settings) && (_controls.AnyGiven(arguments.CommandResult) || _signals.AnyGiven(arguments) || IsGiven(_mask)))
        {
            throw new UsageException("Give either --settings, or --mask and the controls.");
        }

        bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };

        _wave.RequireWriter(arguments);
        if (!_wave.IsStandardOutput(arguments))
        {
            RequireOwnSettings(SettingsPath(arguments), arguments.GetValue(_overwrite));
        }
        else if (_controls.Variations(arguments) > 1)
        {
            throw new UsageException("Found several pieces for standard output. Expected one: name a file.");
        }

        using VampNetModels models = _models.Open(arguments, keepLoaded: false);
        models.RequireFamily();
        // Handed over, so that a long recording is not kept while its codes are worked on.
        StrongBox<AudioClip?> clip = new(
            await AudioFile.ReadAsync(arguments.GetRequiredValue(_in).FullName, cancellationToken: cancellationToken).ConfigureAwait(false)
        );
        VampOptions options = ReadOptions(arguments, models, clip.Value!);
        VampResult result = await Terminal
            .ShowProgressAsync(steps =>
                new VampNetPipeline(models).VampAsync(
                    Interlocked.Exchange(ref clip.Value, null)!,
                    options,
                    new MusicSteps(steps, options),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        Write(arguments, models, result);
        return ExitCode.Done;
    }

    private VampOptions ReadOptions(ParseResult arguments, VampNetModels models, AudioClip clip)
    {
        if (arguments.GetValue(_settings) is { } settings)
        {
            VampRecord record = VampRecord.Parse(TextInput.Read(settings), settings.FullName);
            record.RequireSame(clip, models);
            return record.Options;
        }

        VampOptions options = _signals.Read(arguments, _controls.Read(arguments, models.Folder));
        if (arguments.GetValue(_mask) is not { } mask)
        {
            return options;
        }

        CodecProperties codec = models.Encoder.Configuration;
        AudioClip part = AudioPart.Between(clip, options.StartSeconds, options.EndSeconds).Cut(clip);
        using StringReader text = TextInput.Open(mask);
        return options with
        {
            GivenMask = MaskText.ReadMask(
                text,
                codec.Codebooks,
                AudioPreprocessor.CountFrames(part, codec.SampleRate, codec.HopLength),
                mask.FullName
            ),
        };
    }

    private void Write(ParseResult arguments, VampNetModels models, VampResult result)
    {
        List<(string, Action<Stream>, string)> beside = [];
        if (!_wave.IsStandardOutput(arguments))
        {
            beside.Add(
                (
                    SettingsPath(arguments),
                    stream => stream.Write(Encoding.UTF8.GetBytes(result.Record.ToJson())),
                    "the settings, to repeat it"
                )
            );
        }

        if (arguments.GetValue(_picture) is { } picture)
        {
            int codebookSize = models.Decoder.Configuration.CodebookSize;
            beside.Add((picture.FullName, stream => CodePicture.Write(stream, result.Codes, result.Mask, codebookSize), "codes and mask"));
        }

        _wave.Write(Terminal, result.Audio, arguments, beside);
    }

    private string SettingsPath(ParseResult arguments) => Path.ChangeExtension(_wave.PathOf(arguments), ".json");

    /// <summary>Refuses to replace a file that happens to have the name of the settings, such as a folder's manifest.json.</summary>
    /// <exception cref="CommandException">VNL0023: there is such a file.</exception>
    private static void RequireOwnSettings(string path, bool overwrite)
    {
        if (!overwrite && File.Exists(path) && !VampRecord.IsRecord(path))
        {
            throw new CommandException(
                CommandErrorIds.SettingsOccupied,
                found: $"{path}, which does not hold settings that vampnet vamp has saved",
                expected: "no file, or settings of an earlier run: the settings are written there, beside OUT",
                advice: "Choose another name for OUT, or give --overwrite to replace the file"
            );
        }
    }
}
