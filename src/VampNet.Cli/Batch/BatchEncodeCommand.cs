using System.CommandLine;
using System.Globalization;
using VampNet.Cli.Music;
using VampNet.Models;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch encode IN...</c>: sounds to codes.</summary>
internal sealed class BatchEncodeCommand : BatchRunCommand
{
    private readonly Option<bool> _dac = new("--dac")
    {
        Description = "Write .dac files, which descript-audio-codec reads, with every channel; needs a plain DAC codec.",
    };
    private readonly WindowOption _window = new();
    private readonly ModelOptionSet _models;

    public BatchEncodeCommand(Terminal terminal)
        : base(
            terminal,
            "encode",
            "Turns sounds into codes, as vampnet encode does.",
            "vampnet batch encode music --out codes --models models/demo",
            "vampnet batch encode \"music/**/*.flac\" --out codes --models models/demo --threads 4 --shard 0/8",
            "vampnet batch encode music --out codes --models models/dac --dac --window 5"
        )
    {
        Add(_dac);
        Add(_window.Option);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Extensions => SoundFiles.Extensions;

    /// <inheritdoc/>
    protected override string OutputExtensionOf(ParseResult arguments) => arguments.GetValue(_dac) ? ".dac" : ".safetensors";

    /// <inheritdoc/>
    protected override IEnumerable<string> OutputsOf(ParseResult arguments, string name) => [name];

    /// <inheritdoc/>
    protected override BatchWork Open(ParseResult arguments)
    {
        bool isDac = arguments.GetValue(_dac);
        double? window = _window.Read(arguments, isDac);
        return new ModelWork(
            _models.Open(arguments),
            [ModelFiles.CodecEncoder],
            isDac ? string.Create(CultureInfo.InvariantCulture, $"encode dac {window}") : "encode",
            async (models, input, output, cancellationToken) =>
            {
                AudioClip clip = await AudioFile.ReadAsync(input, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (isDac)
                {
                    await DacCodeFile.WriteAsync(output, models, clip, window, null, cancellationToken).ConfigureAwait(false);
                    return;
                }

                TokenGrid<long> codes = await new VampNetPipeline(models)
                    .EncodeAsync(clip, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                CodeFile.Write(output, codes, models.Encoder.Configuration, models.Encoder.CheckpointSha256);
            }
        );
    }
}
