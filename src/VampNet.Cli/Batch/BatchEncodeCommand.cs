using System.CommandLine;
using VampNet.Cli.Music;
using VampNet.Models;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch encode IN...</c>: sounds to codes.</summary>
internal sealed class BatchEncodeCommand : BatchRunCommand
{
    private readonly ModelOptionSet _models;

    public BatchEncodeCommand(Terminal terminal)
        : base(
            terminal,
            "encode",
            "Turns sounds into codes, as vampnet encode does.",
            "vampnet batch encode music --out codes --models models/demo",
            "vampnet batch encode \"music/**/*.flac\" --out codes --models models/demo --threads 4 --shard 0/8"
        )
    {
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Extensions => SoundFiles.Extensions;

    /// <inheritdoc/>
    protected override string OutputExtension => ".safetensors";

    /// <inheritdoc/>
    protected override IEnumerable<string> OutputsOf(ParseResult arguments, string name) => [name];

    /// <inheritdoc/>
    protected override BatchWork Open(ParseResult arguments) =>
        new ModelWork(
            _models.Open(arguments),
            [ModelFiles.CodecEncoder],
            "encode",
            async (models, input, output, cancellationToken) =>
            {
                AudioClip clip = await AudioFile.ReadAsync(input, cancellationToken: cancellationToken).ConfigureAwait(false);
                TokenGrid<long> codes = await new VampNetPipeline(models)
                    .EncodeAsync(clip, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                CodeFile.Write(output, codes, models.Encoder.Configuration, models.Encoder.CheckpointSha256);
            }
        );
}
