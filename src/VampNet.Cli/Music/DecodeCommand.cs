using System.CommandLine;
using VampNet.Cli.Display;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary><c>vampnet decode IN.safetensors OUT.wav</c>: codes to sound.</summary>
internal sealed class DecodeCommand : ToolCommand
{
    private readonly Argument<FileInfo> _in = new("IN") { Description = "A .safetensors file of codes, as encode writes it." };
    private readonly ModelOptionSet _models = new();
    private readonly WaveOutput _wave = new(
        "The .wav file to write (.flac or .mp3 where ffmpeg is on the PATH); several pieces are numbered."
    );

    public DecodeCommand(Terminal terminal)
        : base(terminal, "decode", "Turns codes into sound.", "vampnet decode codes.safetensors out.wav --models models/demo")
    {
        Add(_in);
        _wave.AddTo(this);
        _models.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        _wave.RequireWriter(arguments);
        using VampNetModels models = _models.Open(arguments);
        TokenGrid<long> codes = CodeFile.Read(arguments.GetRequiredValue(_in).FullName, models.Decoder.CheckpointSha256);
        IReadOnlyList<AudioClip> clips = await Terminal
            .ShowProgressAsync(steps => new VampNetPipeline(models).DecodeAsync(codes, new MusicSteps(steps), cancellationToken))
            .ConfigureAwait(false);
        _wave.Write(Terminal, clips, arguments);
        return ExitCode.Done;
    }
}
