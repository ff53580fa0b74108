using System.CommandLine;
using VampNet.Checkpoints.Dac;
using VampNet.Cli.Display;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary><c>vampnet decode IN.safetensors OUT.wav</c> or <c>IN.dac</c>: codes to sound.</summary>
internal sealed class DecodeCommand : ToolCommand
{
    private readonly Argument<FileInfo> _in = new("IN") { Description = "A file of codes, as encode writes it: .safetensors or .dac." };
    private readonly ModelOptionSet _models;
    private readonly WaveOutput _wave = new(
        "The .wav file to write (.flac or .mp3 where ffmpeg is on the PATH; - for standard output); several pieces are numbered."
    );

    /// <summary>Description of the command.</summary>
    public static string Summary => "Turns codes into sound.";

    public DecodeCommand(Terminal terminal)
        : base(
            terminal,
            "decode",
            Summary,
            "vampnet decode codes.safetensors out.wav --models models/demo",
            "vampnet decode song.dac song.wav --models models/dac"
        )
    {
        Add(_in);
        _wave.AddTo(this);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
    }

    protected override IEnumerable<string> Outputs(ParseResult arguments) => _wave.PathsOf(arguments, 1);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        _wave.RequireWriter(arguments);
        using VampNetModels models = _models.Open(arguments);
        string path = arguments.GetRequiredValue(_in).FullName;
        if (DacFileReader.IsDacFile(path))
        {
            ModelOptions options = _models.OptionsOf(arguments);
            AudioClip clip = await Terminal
                .ShowProgressAsync(steps => DacCodeFile.ReadAsync(path, models, options, new MusicSteps(steps), cancellationToken))
                .ConfigureAwait(false);
            _wave.Write(Terminal, [clip], arguments);
            return ExitCode.Done;
        }

        TokenGrid<long> codes = CodeFile.Read(path, models.Decoder.CheckpointSha256);
        IReadOnlyList<AudioClip> clips = await Terminal
            .ShowProgressAsync(steps => new VampNetPipeline(models).DecodeAsync(codes, new MusicSteps(steps), cancellationToken))
            .ConfigureAwait(false);
        _wave.Write(Terminal, clips, arguments);
        return ExitCode.Done;
    }
}
