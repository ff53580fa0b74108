using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Training;

namespace VampNet.Cli.Tuning;

/// <summary>The options that say how to train.</summary>
internal sealed class TrainingControls
{
    private static readonly TrainingOptions Defaults = new();

    private readonly Option<bool> _full = new("--full") { Description = "Train every weight instead of only LoRA factors." };
    private readonly Option<int> _steps = NumberOption.Whole(
        "--steps",
        1,
        100_000_000,
        Defaults.Steps,
        "Take at most N optimizer steps, including those before resuming."
    );
    private readonly Option<double?> _hours = NumberOption.RealOrNone(
        "--hours",
        0.0001,
        100_000,
        "Stop after X hours of training, including those before resuming; with two models each gets half."
    );
    private readonly Option<int> _batch = NumberOption.Whole("--batch", 1, 4096, Defaults.Batch, "Compute N crops at once.");
    private readonly Option<int> _accumulate = NumberOption.Whole(
        "--accumulate",
        1,
        4096,
        Defaults.Accumulation,
        "Add the gradients of N batches before each step: the effect of a larger batch in the memory of one."
    );
    private readonly Option<double?> _crop = NumberOption.RealOrNone(
        "--crop",
        0.1,
        600,
        "Train on crops of SECONDS. Absent: 10 for coarse and 3 for c2f, as upstream.",
        "SECONDS"
    );
    private readonly Option<int?> _warmup = NumberOption.WholeOrNone(
        "--warmup",
        1,
        100_000_000,
        $"Reach the highest learning rate at step N. Absent: {Defaults.Warmup}, or {TrainingOptions.ForFull.Warmup} with --full."
    );
    private readonly Option<double> _rate = NumberOption.Real(
        "--rate",
        1e-6,
        1000,
        Defaults.RateFactor,
        "Multiply upstream's learning rate schedule by X; upstream's own factor is 2."
    );
    private readonly Option<double> _clip = NumberOption.Real(
        "--clip",
        1e-6,
        1e6,
        Defaults.ClipNorm,
        "Scale gradients down where their common norm exceeds X."
    );
    private readonly Option<double> _weightDecay = NumberOption.Real(
        "--weight-decay",
        0,
        1,
        Defaults.WeightDecay,
        "Use weight decay X, 0 to 1: weights shrink by X times the learning rate in each step."
    );
    private readonly Option<double> _smoothing = NumberOption.Real(
        "--label-smoothing",
        0,
        0.999,
        Defaults.LabelSmoothing,
        "Use label smoothing X, 0 to 0.999: that share of each target's probability is spread over the vocabulary."
    );
    private readonly Option<double?> _dropout = NumberOption.RealOrNone(
        "--dropout",
        0,
        0.999,
        "Drop activations with probability X, 0 to 0.999. Absent: the checkpoint's own."
    );
    private readonly Option<double> _heldOut = NumberOption.Real(
        "--held-out",
        0,
        0.5,
        Defaults.HeldOutShare,
        "Hold out the share X of the recordings for measuring, 0 to 0.5; they are never trained on."
    );
    private readonly Option<double?> _cutoff = NumberOption.RealOrNone(
        "--loudness-cutoff",
        -70,
        0,
        "Leave out crops of LUFS or less, as recorded, -70 to 0. Absent: -30 for coarse and -40 for c2f, as upstream.",
        "LUFS"
    );
    private readonly Option<int> _evaluateEvery = NumberOption.Whole(
        "--evaluate-every",
        1,
        100_000_000,
        Defaults.EvaluateEvery,
        "Measure the held-out loss after every N steps."
    );
    private readonly Option<int> _evaluationCrops = NumberOption.Whole(
        "--evaluation-crops",
        1,
        100_000,
        Defaults.EvaluationCrops,
        "Measure the held-out loss on N crops, each at four mask ratios."
    );
    private readonly Option<int> _patience = NumberOption.Whole(
        "--patience",
        0,
        100_000,
        Defaults.Patience,
        "Stop after N measurements without a new best; 0 never stops."
    );
    private readonly Option<double> _checkpointMinutes = NumberOption.Real(
        "--checkpoint-minutes",
        0,
        10_000,
        Defaults.CheckpointInterval.TotalMinutes,
        "Save after every MINUTES, and at the end; 0 for after every step.",
        "MINUTES"
    );
    private readonly Option<int> _keep = NumberOption.Whole("--keep", 1, 1000, Defaults.Keep, "Keep the last N states to resume from.");
    private readonly Option<ulong> _seed = NumberOption.Seed(
        "--seed",
        Defaults.Seed,
        "Choose crops, masks, dropout and the held-out recordings by seed N."
    );
    private readonly Option<string> _init = new("--init")
    {
        HelpName = "random",
        Description = "Start from random weights instead of the checkpoint's, and train every weight.",
    };
    private readonly Option<string> _size = new("--size")
    {
        HelpName = "tiny|small|shallow|same",
        Description =
            "With --init random or --teacher, make the new model as large as the checkpoint (same), a third as deep (shallow), half as "
            + "wide (small), or a quarter as wide and half as deep (tiny). Shallow begins with layers of --teacher, unless --init random.",
    };
    private readonly Option<double> _temperature = NumberOption.Real(
        "--temperature",
        0.1,
        100,
        Defaults.Temperature,
        "Divide the logits of --teacher and of the new model by X, 0.1 to 100."
    );
    private readonly Option<double> _teacherWeight = NumberOption.Real(
        "--teacher-weight",
        0,
        1,
        Defaults.TeacherWeight,
        "Give the predictions of --teacher the share X of the loss, 0 to 1, and the tokens the rest."
    );
    private readonly Option<bool> _recompute = new("--recompute")
    {
        Description =
            "Recompute activations for the gradients (gradient checkpointing): less memory, a second forward pass, the same result.",
    };
    private readonly Option<string> _device = new("--device")
    {
        HelpName = "cpu|cuda|cuda:N",
        DefaultValueFactory = _ => "cpu",
        Description =
            "Train on the processor (cpu) or on an NVIDIA GPU (cuda, or cuda:N for the one of number N), which needs a build with "
            + "libtorch for CUDA.",
    };
    private readonly Option<string> _precision = new("--precision")
    {
        DefaultValueFactory = _ => "float32",
        Description =
            "Compute the forward and backward pass in this type; weights, optimizer and loss stay in float32. float16 needs a GPU.",
    };
    private readonly Option<int> _threads = SharedOptions.Threads();

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        _init.TakeOneOf("random");
        _precision.TakeOneOf("float32", "bfloat16", "float16");
        _device.CompletionSources.Add("cpu", "cuda", "cuda:0");
        _device.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !TrainingDevice.TryParse(text, out TrainingDevice? _))
            {
                result.AddError(
                    $"Found \"{text}\" for {_device.Name}. Expected cpu, cuda or cuda:N with N from 0 to {TrainingDevice.MostGpu}."
                );
            }
        });
        _size.TakeOneOf("tiny", "small", "shallow", "same");
        foreach (
            Option option in (Option[])
                [
                    _full,
                    _steps,
                    _hours,
                    _batch,
                    _accumulate,
                    _crop,
                    _warmup,
                    _rate,
                    _clip,
                    _weightDecay,
                    _smoothing,
                    _dropout,
                    _heldOut,
                    _cutoff,
                    _evaluateEvery,
                    _evaluationCrops,
                    _patience,
                    _checkpointMinutes,
                    _keep,
                    _seed,
                    _init,
                    _size,
                    _temperature,
                    _teacherWeight,
                    _recompute,
                    _device,
                    _precision,
                    _threads,
                ]
        )
        {
            command.Add(option);
        }
    }

    /// <summary>The threads that a command line asks for; 0 for one per core.</summary>
    public int Threads(ParseResult arguments) => arguments.GetValue(_threads);

    /// <summary>The training options of a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="models">Number of models that share the time.</param>
    /// <param name="hasTeacher">Whether there is a teacher, whose student of another size begins with random weights.</param>
    /// <exception cref="UsageException">A size where no new model is made.</exception>
    public TrainingOptions Read(ParseResult arguments, int models, bool hasTeacher)
    {
        ModelSize? size = Size(arguments, hasTeacher);
        bool full = arguments.GetValue(_full) || size is not null;
        TrainingOptions defaults = full ? TrainingOptions.ForFull : Defaults;
        return defaults with
        {
            Full = full,
            NewSize = size,
            BeginsAsTeacher = size == ModelSize.Shallow && hasTeacher && arguments.GetValue(_init) is null,
            Temperature = arguments.GetValue(_temperature),
            TeacherWeight = arguments.GetValue(_teacherWeight),
            RecomputeActivations = arguments.GetValue(_recompute),
            Steps = arguments.GetValue(_steps),
            TimeLimit = arguments.GetValue(_hours) is { } hours ? TimeSpan.FromHours(hours / models) : null,
            Batch = arguments.GetValue(_batch),
            Accumulation = arguments.GetValue(_accumulate),
            CropSeconds = arguments.GetValue(_crop),
            Warmup = arguments.GetValue(_warmup) ?? defaults.Warmup,
            RateFactor = arguments.GetValue(_rate),
            ClipNorm = arguments.GetValue(_clip),
            WeightDecay = arguments.GetValue(_weightDecay),
            LabelSmoothing = arguments.GetValue(_smoothing),
            Dropout = arguments.GetValue(_dropout),
            HeldOutShare = arguments.GetValue(_heldOut),
            LoudnessCutoff = arguments.GetValue(_cutoff),
            EvaluateEvery = arguments.GetValue(_evaluateEvery),
            EvaluationCrops = arguments.GetValue(_evaluationCrops),
            Patience = arguments.GetValue(_patience),
            CheckpointInterval = TimeSpan.FromMinutes(arguments.GetValue(_checkpointMinutes)),
            Keep = arguments.GetValue(_keep),
            Seed = arguments.GetValue(_seed),
            Threads = arguments.GetValue(_threads),
            Device = TrainingDevice.TryParse(arguments.GetRequiredValue(_device), out TrainingDevice? device) ? device : TrainingDevice.Cpu,
            Precision = Enum.Parse<TrainingPrecision>(arguments.GetRequiredValue(_precision), ignoreCase: true),
        };
    }

    private ModelSize? Size(ParseResult arguments, bool hasTeacher)
    {
        bool isNew = arguments.GetValue(_init) is not null;
        return arguments.GetValue(_size) switch
        {
            null => isNew ? ModelSize.Same : null,
            _ when !isNew && !hasTeacher => throw new UsageException(
                "--size needs --init random or --teacher: a checkpoint has its own size."
            ),
            "tiny" => ModelSize.Tiny,
            "small" => ModelSize.Small,
            "shallow" => ModelSize.Shallow,
            _ => ModelSize.Same,
        };
    }
}
