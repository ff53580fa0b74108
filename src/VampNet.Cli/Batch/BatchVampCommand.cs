using System.CommandLine;
using System.Text;
using VampNet.Cli.Music;
using VampNet.Models;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch vamp IN...</c>: pieces of music into others.</summary>
internal sealed class BatchVampCommand : BatchRunCommand
{
    private readonly ModelOptionSet _models;
    private readonly SampleFormatOption _format = new();
    private readonly VampControls _controls = new();

    public BatchVampCommand(Terminal terminal)
        : base(
            terminal,
            "vamp",
            "Turns pieces of music into others, as vampnet vamp does; outputs are WAVE files with their settings beside them.",
            "vampnet batch vamp music --out vamped --models models/demo --seed 7 --keep-going",
            "vampnet batch vamp --list pieces.txt --base music --out vamped --models models/demo --threads 4"
        )
    {
        Add(_format.Option);
        _models = new ModelOptionSet(terminal);
        _models.AddTo(this);
        _controls.AddTo(this);
        PresetOption.AddListTo(this, terminal);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Extensions => SoundFiles.Extensions;

    /// <inheritdoc/>
    protected override string OutputExtensionOf(ParseResult arguments) => ".wav";

    /// <inheritdoc/>
    protected override IEnumerable<string> OutputsOf(ParseResult arguments, string name) =>
        [.. WaveOutput.Names(name, _controls.Variations(arguments)), Path.ChangeExtension(name, ".json")];

    /// <inheritdoc/>
    protected override BatchWork Open(ParseResult arguments)
    {
        VampOptions options = _controls.Read(arguments, _models.FolderOf(arguments));
        WavEncoding encoding = _format.Read(arguments);
        return new ModelWork(
            _models.Open(arguments),
            ModelFiles.Graphs,
            $"vamp {encoding} {VampRecord.Describe(options)}",
            async (models, input, output, cancellationToken) =>
            {
                models.RequireFamily();
                AudioClip clip = await AudioFile.ReadAsync(input, cancellationToken: cancellationToken).ConfigureAwait(false);
                VampResult result = await new VampNetPipeline(models)
                    .VampAsync(clip, options, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                WaveOutput.WriteAll(
                    output,
                    result.Audio,
                    encoding,
                    (Path.ChangeExtension(output, ".json"), Encoding.UTF8.GetBytes(result.Record.ToJson()))
                );
            }
        );
    }
}
