using System.CommandLine;
using VampNet.Cli.Display;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary><c>vampnet encode IN.wav OUT.safetensors</c> or <c>OUT.dac</c>: sound to codes.</summary>
internal sealed class EncodeCommand : ToolCommand
{
    private readonly Argument<FileInfo> _in = new("IN")
    {
        Description = "A WAVE, FLAC, MP3, Ogg Vorbis or AIFF file, or any audio file where ffmpeg is on the PATH.",
    };
    private readonly Argument<FileInfo> _out = new("OUT")
    {
        Description =
            "The file to write. OUT.dac: a file that descript-audio-codec reads, with every channel. Any other name: "
            + ".safetensors, codes int64 [1,C,T].",
    };
    private readonly WindowOption _window = new();
    private readonly ModelOptionSet _models;

    /// <summary>Description of the command.</summary>
    public static string Summary => "Turns sound into codes.";

    public EncodeCommand(Terminal terminal)
        : base(
            terminal,
            "encode",
            Summary,
            "vampnet encode in.wav codes.safetensors --models models/demo",
            "vampnet encode song.wav song.dac --models models/dac",
            "vampnet encode concert.flac concert.dac --window 5 --models models/dac"
        )
    {
        Add(_in);
        Add(_out);
        Add(_window.Option);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
    }

    protected override bool ReadsPipes => true;

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string path = arguments.GetRequiredValue(_out).FullName;
        double? window = _window.Read(arguments, DacCodeFile.IsNamed(path));
        using VampNetModels models = _models.Open(arguments);
        AudioClip clip = await AudioFile
            .ReadAsync(arguments.GetRequiredValue(_in).FullName, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (DacCodeFile.IsNamed(path))
        {
            CompressedAudio audio = await Terminal
                .ShowProgressAsync(steps => DacCodeFile.WriteAsync(path, models, clip, window, new MusicSteps(steps), cancellationToken))
                .ConfigureAwait(false);
            TokenGrid<long> written = audio.Codes;
            await Terminal
                .Output.WriteLineAsync($"{path}: codes [{written.Batch}, {written.Codebooks}, {written.Frames}]")
                .ConfigureAwait(false);
            return ExitCode.Done;
        }

        TokenGrid<long> codes = await Terminal
            .ShowProgressAsync(steps => new VampNetPipeline(models).EncodeAsync(clip, new MusicSteps(steps), cancellationToken))
            .ConfigureAwait(false);
        CodeFile.Write(path, codes, models.Encoder.Configuration, models.Encoder.CheckpointSha256);
        await Terminal.Output.WriteLineAsync($"{path}: codes [{codes.Batch}, {codes.Codebooks}, {codes.Frames}]").ConfigureAwait(false);
        return ExitCode.Done;
    }
}
