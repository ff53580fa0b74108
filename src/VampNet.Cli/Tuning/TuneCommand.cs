using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Cli.Display;
using VampNet.Export;
using VampNet.Training;
using VampNet.Training.Data;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Tuning;

/// <summary><c>vampnet tune</c>: a folder of recordings to a fine-tuned model.</summary>
internal sealed class TuneCommand : ToolCommand
{
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<DirectoryInfo> _audio = new("--audio")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder of recordings to train on, including its subfolders.",
    };
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder of the run: DIR/coarse and DIR/c2f, as upstream lays them out, and the recordings' codes.",
    };
    private readonly Option<DirectoryInfo> _teacher = new("--teacher")
    {
        HelpName = "DIR",
        Description = "Train on the tokens and on the predictions of the coarse.pth and c2f.pth in DIR; with --size a new, smaller model.",
    };
    private readonly Option<string> _model = new("--model")
    {
        DefaultValueFactory = _ => "both",
        Description = "Train the coarse model, the coarse-to-fine model, or one after the other.",
    };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue the run in --out, with the same options; where there is none, start one.",
    };
    private readonly TrainingControls _controls = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary => "Fine-tunes a model on a folder of recordings. The defaults are upstream's.";

    public TuneCommand(Terminal terminal)
        : base(
            terminal,
            "tune",
            Summary,
            "vampnet tune --checkpoints checkpoints/demo --audio my-music --out runs/mine",
            "vampnet tune --checkpoints checkpoints/demo --audio my-music --out runs/mine --resume --hours 8",
            "vampnet tune --checkpoints checkpoints/demo --audio my-music --out runs/small --teacher checkpoints/demo --size small",
            "vampnet export --checkpoints checkpoints/demo --lora runs/mine --out models/mine"
        )
    {
        _checkpoints.AddTo(this);
        _model.TakeOneOf("coarse", "c2f", "both");
        foreach (Option option in (Option[])[_audio, _out, _model, _teacher, _resume])
        {
            Add(option);
        }

        _controls.AddTo(this);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        CheckpointFiles files = _checkpoints.Read(arguments);
        string audio = arguments.GetRequiredValue(_audio).FullName,
            folder = arguments.GetRequiredValue(_out).FullName;
        TrainedModel[] models = Choose(files, arguments.GetRequiredValue(_model), folder);
        string? teacher = arguments.GetValue(_teacher)?.FullName;
        TrainingOptions options = _controls.Read(arguments, models.Length, teacher is not null);
        bool resume = arguments.GetValue(_resume);
        DeviceCheck.Require(options.Device, options.Precision);
        if (
            options is { Precision: TrainingPrecision.Bfloat16, Device.Gpu: null }
            && MachineProbe.ProbeWithoutTorch().ProcessorFeatures is var features
            && !features.Contains("AVX512_BF16")
            && !features.Contains("AMX_BF16")
        )
        {
            Terminal.Error.WriteLine("Note: this processor has no AVX512_BF16 or AMX_BF16; bfloat16 may be slower than float32 here.");
        }

        foreach (TrainedModel model in models)
        {
            TuningRun.RequireFit(model.Checkpoint, files.Codec!, model.Lora);
            if (teacher is not null)
            {
                TuningRun.RequireFit(TeacherOf(teacher, model.Name), files.Codec!, loraPath: null);
            }
        }

        List<TuningResult> results = [];
        Corpus corpus = await Terminal
            .ShowProgressAsync(async steps =>
            {
                Corpus recordings = await Task.Run(
                        () => TrainingRecordings.ReadAsync(audio, folder, files.Codec!, options.Threads, steps, cancellationToken),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                foreach (TrainedModel model in models)
                {
                    TuningRequest request = new()
                    {
                        TransformerPath = model.Checkpoint,
                        CodecPath = files.Codec!,
                        LoraPath = model.Lora,
                        TeacherPath = teacher is null ? null : TeacherOf(teacher, model.Name),
                        Corpus = recordings,
                        OutputFolder = model.Folder,
                        Options = options,
                        Resume = resume,
                    };
                    // Cancelling ends the run but not this task: what is trained is saved first.
                    TuningResult result = await Task.Run(
                            () => TuningRun.Run(request, new TuningSteps(model.Name, steps), clock: null, cancellationToken),
                            CancellationToken.None
                        )
                        .ConfigureAwait(false);
                    results.Add(result);
                    if (result.End == TuningEnd.Cancelled)
                    {
                        break;
                    }
                }

                return recordings;
            })
            .ConfigureAwait(false);
        TuningSummary summary = new(corpus, results, folder);
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(summary.Write);
        }
        else
        {
            summary.Show(Terminal);
        }

        return results.Any(result => result.End == TuningEnd.Cancelled) ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static string TeacherOf(string folder, string model)
    {
        string path = Path.Combine(folder, $"{model}.pth");
        return File.Exists(path)
            ? path
            : throw new CommandException(
                CommandErrorIds.TeacherMissing,
                found: $"no {model}.pth in {folder}",
                expected: $"the teacher of the {model} model there",
                advice: "Check --teacher, or choose one model by --model"
            );
    }

    private static TrainedModel[] Choose(CheckpointFiles files, string model, string folder)
    {
        TrainedModel? Named(string name, string? checkpoint, string? lora) =>
            checkpoint is not null && (model == name || model == "both")
                ? new TrainedModel(name, checkpoint, lora, Path.Combine(folder, name))
                : null;
        TrainedModel[] chosen =
        [
            .. new[] { Named("coarse", files.Coarse, files.CoarseLora), Named("c2f", files.C2f, files.C2fLora) }.OfType<TrainedModel>(),
        ];
        return chosen.Length > 0 && files.Codec is not null
            ? chosen
            : throw new UsageException($"--model {model} needs the codec and that model: give --checkpoints DIR, or name the files.");
    }

    private sealed record TrainedModel(string Name, string Checkpoint, string? Lora, string Folder);
}
