using System.CommandLine;
using VampNet.Checkpoints.Dac;
using VampNet.Cli.Music;
using VampNet.Models;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch decode IN...</c>: codes to sounds.</summary>
internal sealed class BatchDecodeCommand : BatchRunCommand
{
    private readonly ModelOptionSet _models;
    private readonly SampleFormatOption _format = new();

    public BatchDecodeCommand(Terminal terminal)
        : base(
            terminal,
            "decode",
            "Turns codes into sounds, as vampnet decode does; outputs are WAVE files.",
            "vampnet batch decode codes --out sounds --models models/demo"
        )
    {
        Add(_format.Option);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Extensions => [".safetensors", ".dac"];

    /// <inheritdoc/>
    protected override string OutputExtensionOf(ParseResult arguments) => ".wav";

    // A file may hold several pieces, which become several outputs.
    /// <inheritdoc/>
    protected override IEnumerable<string> OutputsOf(ParseResult arguments, string name) => [name];

    /// <inheritdoc/>
    protected override BatchWork Open(ParseResult arguments)
    {
        WavEncoding encoding = _format.Read(arguments);
        ModelOptions options = _models.OptionsOf(arguments);
        return new ModelWork(
            _models.Open(arguments),
            [ModelFiles.CodecDecoder],
            $"decode {encoding}",
            async (models, input, output, cancellationToken) =>
            {
                if (DacFileReader.IsDacFile(input))
                {
                    AudioClip clip = await DacCodeFile.ReadAsync(input, models, options, null, cancellationToken).ConfigureAwait(false);
                    WaveOutput.WriteAll(output, [clip], encoding);
                    return;
                }

                TokenGrid<long> codes = CodeFile.Read(input, models.Decoder.CheckpointSha256);
                IReadOnlyList<AudioClip> clips = await new VampNetPipeline(models)
                    .DecodeAsync(codes, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                WaveOutput.WriteAll(output, clips, encoding);
            }
        );
    }
}
