using System.Collections.Immutable;
using System.Text;
using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Files;
using VampNet.Training.Data;
using VampNet.Training.Files;
using VampNet.Training.Modules;
using VampNet.Training.Optimization;
using VampNet.Training.Runs;
using VampNet.Training.Sampling;
using static TorchSharp.torch;

namespace VampNet.Training;

/// <summary>Fine-tunes or trains one model in a folder, which may be interrupted and resumed at any time.</summary>
/// <remarks>
/// The random numbers of a step depend only on the seed and the step, so a resumed run takes the same steps as an uninterrupted one: bit
/// for bit on one machine with the same number of threads. Only one run may train in a process at a time: libtorch has one source of
/// randomness.
/// </remarks>
public sealed class TuningRun : IDisposable
{
    private readonly TuningRequest _request;
    private readonly TimeProvider _clock;
    private readonly RunFolder _folder;
    private readonly RunOptions _options;
    private readonly RunTable _losses;
    private readonly RunTable _heldOutLosses;
    private readonly TrainableTransformer _model;
    private readonly CheckpointFrame _frame;
    private readonly TrainingStep _training;
    private readonly BatchSource _batches;
    private readonly HeldOutMeasure? _heldOut;
    private readonly Device _device;
    private readonly ModelRole _role;
    private readonly bool _isLora;
    private readonly ImmutableArray<SkippedRecording> _skipped;
    private readonly (int Trained, int HeldOut) _pieces;

    // Its holder sees weights, optimizer and state of the same step.
    private readonly Lock _gate = new();

    private RunState _state = RunState.Fresh;
    private TimeSpan _elapsedBefore;
    private long _begun;
    private long _saved;
    private long _firstStep;
    private long _tokens;

    private TuningRun(TuningRequest request, TimeProvider clock)
    {
        (_request, _clock) = (request, clock);
        TrainingOptions options = request.Options;
        DeviceCheck.Require(options.Device, options.Precision);
        if (options.Threads > 0)
        {
            set_num_threads(options.Threads);
        }

        using Checkpoint transformer = Checkpoint.Open(request.TransformerPath);
        using Checkpoint codec = Checkpoint.Open(request.CodecPath);
        using Checkpoint? lora = request.LoraPath is { } loraPath ? Checkpoint.Open(loraPath) : null;
        if (options.NewSize is { } shallower && options.BeginsAsTeacher)
        {
            string path = request.TeacherPath ?? throw new ArgumentException("No teacher to begin as.", nameof(request));
            using Checkpoint teacher = Checkpoint.Open(path);
            _model = WeightSource.CreateFrom(teacher, codec, shallower, DrawKey.Of(options.Seed, DrawPurpose.Weights, 0), options.Dropout);
            _frame = CheckpointFrame.OfNew(teacher, _model.Configuration);
        }
        else if (options.NewSize is { } size)
        {
            _model = WeightSource.Create(transformer, codec, size, DrawKey.Of(options.Seed, DrawPurpose.Weights, 0), options.Dropout);
            _frame = CheckpointFrame.OfNew(transformer, _model.Configuration);
        }
        else
        {
            _model = WeightSource.Load(
                transformer,
                codec,
                lora,
                withLora: !options.Full,
                DrawKey.Of(options.Seed, DrawPurpose.Lora, 0),
                options.Dropout
            );
            _frame = CheckpointFrame.Of(transformer, _model);
        }

        // Weights are read on the processor, and written from a copy there.
        _device = options.Device.ToTorch();
        _model.to(_device);
        _model.Type = DeviceCheck.TypeOf(options.Precision);
        _role = _model.Configuration.Role;
        _isLora = !options.Full && options.NewSize is null;
        if (_isLora)
        {
            _model.FreezeAllButLora();
        }

        _options = RunOptions.Of(request, _role);
        _training = new TrainingStep(
            _model,
            new NoamSchedule(_model.Configuration.EmbeddingDim, options.Warmup, options.RateFactor),
            options.WeightDecay,
            options.ClipNorm,
            options.LabelSmoothing,
            request.TeacherPath is { } teacherPath
                ? Distillation.Load(
                    teacherPath,
                    request.CodecPath,
                    _model.Configuration,
                    options.Temperature,
                    options.TeacherWeight,
                    _device
                )
                : null,
            options.RecomputeActivations
        );
        (IReadOnlyList<CropPool> pools, _skipped) = FindCrops(request.Corpus, options, _role);
        (IReadOnlyList<CropPool> trained, IReadOnlyList<CropPool> heldOut) = HeldOutSplit.Split(pools, options.HeldOutShare, options.Seed);
        _pieces = (trained.Count, heldOut.Count);
        _batches = new BatchSource(trained, _model.Configuration, options.Batch, options.Seed);
        _heldOut = heldOut.Count > 0 ? new HeldOutMeasure(heldOut, options.EvaluationCrops, options.Seed) : null;
        _folder = new RunFolder(request.OutputFolder);
        _losses = new RunTable(_folder.LossTable, "step", "loss", "learning_rate", "gradient_norm", "tokens_per_second");
        _heldOutLosses = new RunTable(
            _folder.HeldOutTable,
            ["step", .. TuningResult.MaskRatios.Select(ratio => FormattableString.Invariant($"nats_at_{ratio:0.##}_masked")), "mean"]
        );
    }

    /// <summary>Trains until the steps are taken, the time is up, the held-out loss gets no better, or it is cancelled. What is trained is
    /// then saved.</summary>
    /// <param name="request">Model to train, recordings, and folder of the run.</param>
    /// <param name="progress">Told after every step and measurement, on the calling thread.</param>
    /// <param name="clock">Measures time; null for the system's.</param>
    /// <param name="cancellationToken">Ends the run between two batches; it is saved.</param>
    /// <exception cref="TrainingException">
    /// VNT0104: no piece is loud enough. VNT0201 and VNT0202: the run in the folder cannot be resumed. VNT0203: the folder holds a run, and
    /// resuming was not asked for. VNT0301: the loss, a gradient or a weight is no number. VNT0401: the teacher predicts other tokens.
    /// VNT0501, VNT0502: no such device, or it does not compute in that precision.
    /// </exception>
    /// <exception cref="ArchitectureException">The checkpoints do not fit together.</exception>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be written; what was saved before stays.</exception>
    public static TuningResult Run(
        TuningRequest request,
        IProgress<TuningProgress>? progress = null,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        using TuningRun run = new(request, clock ?? TimeProvider.System);
        run.Begin();
        return run.Train(progress, cancellationToken);
    }

    /// <summary>Refuses checkpoints that do not fit together, before any recording is encoded.</summary>
    /// <exception cref="ArchitectureException">As <see cref="ModelBinder.BindTransformer"/>.</exception>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static void RequireFit(string transformerPath, string codecPath, string? loraPath)
    {
        using Checkpoint transformer = Checkpoint.Open(transformerPath);
        using Checkpoint codec = Checkpoint.Open(codecPath);
        using Checkpoint? lora = loraPath is null ? null : Checkpoint.Open(loraPath);
        ModelBinder.BindTransformer(transformer, codec, lora);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _model.Dispose();
    }

    private static (IReadOnlyList<CropPool> Pools, ImmutableArray<SkippedRecording> Skipped) FindCrops(
        Corpus corpus,
        TrainingOptions options,
        ModelRole role
    )
    {
        double cutoff = options.CutoffOf(role);
        CropPool[] all =
        [
            .. corpus.Pieces.Select(piece => CropPool.Of(piece, corpus.Rate.ToFrames(options.CropSecondsOf(role)), corpus.Rate, cutoff)),
        ];
        CropPool[] pools = [.. all.Where(pool => pool.Starts.Length > 0)];
        return pools.Length > 0
            ? (
                pools,
                [
                    .. all.Where(pool => pool.Starts.Length == 0)
                        .Select(pool => new SkippedRecording(
                            pool.Piece.Name,
                            FormattableString.Invariant($"Its loudest crop has {pool.Loudest:0.0} LUFS; the cutoff is {cutoff:0.#}.")
                        )),
                ]
            )
            : throw new TrainingException(
                TrainingErrorIds.AllTooQuiet,
                found: FormattableString.Invariant(
                    $"no crop above {cutoff:0.#} LUFS in {all.Length} recordings; the loudest has {all.Max(pool => pool.Loudest):0.0} LUFS"
                ),
                expected: "recordings louder than the cutoff",
                advice: "Raise the gain of the recordings, or lower the cutoff (--loudness-cutoff)"
            );
    }

    private void Begin()
    {
        IReadOnlyList<string> states = _folder.States();
        if (states.Count > 0 && !_request.Resume)
        {
            throw new TrainingException(
                TrainingErrorIds.RunExists,
                found: $"a run in {_request.OutputFolder}, saved as {Path.GetFileName(states[^1])}",
                expected: "a folder without one",
                advice: "Give --resume to continue it, or choose another folder for a new run"
            );
        }

        _folder.Create();
        if (states.Count > 0)
        {
            _state = RunState.Read(states[^1], _training, _options);
        }

        _losses.Begin(_state.Step);
        _heldOutLosses.Begin(_state.Step);
        _elapsedBefore = _state.Elapsed;
        _firstStep = _state.Step;
        _begun = _saved = _clock.GetTimestamp();
    }

    private TuningResult Train(IProgress<TuningProgress>? progress, CancellationToken cancellationToken)
    {
        // A step of a large model may take long after cancelling, so the state so far is saved at once.
        using CancellationTokenRegistration saving = cancellationToken.Register(SaveAtOnce);
        TuningEnd end;
        try
        {
            end = Steps(progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            end = TuningEnd.Cancelled;
        }

        Save();
        return new(
            _role,
            end,
            _state.Step,
            _state.Elapsed,
            _pieces.Trained,
            _pieces.HeldOut,
            _state.Before,
            _state.Best,
            _state.BestStep,
            _skipped
        );
    }

    private TuningEnd Steps(IProgress<TuningProgress>? progress, CancellationToken cancellationToken)
    {
        TrainingOptions options = _request.Options;
        double loss = double.NaN;
        while (true)
        {
            bool isLast = _state.Step >= options.Steps || Elapsed >= options.TimeLimit;
            if (_heldOut is not null && _state.MeasuredStep < _state.Step && (isLast || _state.Step % options.EvaluateEvery == 0))
            {
                Measure(progress, loss, cancellationToken);
            }

            if (isLast)
            {
                return _state.Step >= options.Steps ? TuningEnd.Steps : TuningEnd.TimeLimit;
            }

            if (options.Patience > 0 && _state.WithoutBest >= options.Patience)
            {
                return TuningEnd.Patience;
            }

            loss = Step(cancellationToken).Loss;
            progress?.Report(Progress(loss, []));
            if (_clock.GetElapsedTime(_saved) >= options.CheckpointInterval)
            {
                Save();
            }
        }
    }

    private StepResult Step(CancellationToken cancellationToken)
    {
        int accumulation = _request.Options.Accumulation;
        _model.train();
        List<string> names = [];
        for (int i = 0; i < accumulation; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long number = (_state.Step * accumulation) + i;
            TrainingBatch batch = _batches.Draw(number);
            using Tensor codes = batch.CodesOn(_device);
            using Tensor mask = batch.MaskOn(_device);
            _training.Accumulate(codes, mask, 1.0 / accumulation, DrawKey.Of(_request.Options.Seed, DrawPurpose.Dropout, number));
            _tokens += batch.Codes.Length;
            names.AddRange(batch.Names);
        }

        lock (_gate)
        {
            StepResult result = _training.Update();
            if (result.IsFinite)
            {
                _state = _state with { Step = _state.Step + 1 };
                _losses.Add(_state.Step, result.Loss, result.LearningRate, result.GradientNorm, TokensPerSecond);
                return result;
            }

            throw new TrainingException(
                TrainingErrorIds.LossNotFinite,
                found: FormattableString.Invariant($"a loss of {result.Loss} and a gradient norm of {result.GradientNorm} at step ")
                    + $"{_state.Step + 1}, on crops of {string.Join(", ", names.Distinct())}",
                expected: "finite numbers",
                advice: "The step was not taken, and the last checkpoint stays. Check these recordings, lower --rate, or raise --warmup"
            );
        }
    }

    private void Measure(IProgress<TuningProgress>? progress, double loss, CancellationToken cancellationToken)
    {
        ImmutableArray<double> nats = _heldOut!.Measure(_model, _device, cancellationToken);
        bool isBest = _state.Best.IsEmpty || nats.Average() < _state.Best.Average();
        if (isBest)
        {
            _folder.WriteModel("best", _model, _frame, _isLora);
        }

        using Lock.Scope scope = _gate.EnterScope();
        _state = _state with
        {
            MeasuredStep = _state.Step,
            Before = _state.Step == 0 ? nats : _state.Before,
            Best = isBest ? nats : _state.Best,
            BestStep = isBest ? _state.Step : _state.BestStep,
            WithoutBest = isBest ? 0 : _state.WithoutBest + 1,
        };
        _heldOutLosses.Add(_state.Step, [.. nats, nats.Average()]);
        progress?.Report(Progress(loss, nats));
    }

    private void SaveAtOnce()
    {
        try
        {
            Save();
        }
        catch (TrainingException)
        {
            // The run itself saves at its end, and says then what is wrong.
        }
    }

    private void Save()
    {
        using Lock.Scope scope = _gate.EnterScope();
        RequireFiniteWeights();
        _state = _state with { Elapsed = Elapsed };
        _state.Write(_folder.State(_state.Step), _training, _options);
        _folder.WriteModel("latest", _model, _frame, _isLora);
        _folder.KeepStates(_request.Options.Keep);
        string plot = LossPlot.Draw(
            [.. _losses.Read().Select(line => (line[0], line[1]))],
            [.. _heldOutLosses.Read().Select(line => (line[0], line[^1]))]
        );
        WholeFile.Write(_folder.Plot, Encoding.UTF8.GetBytes(plot));
        _saved = _clock.GetTimestamp();
    }

    // A step along finite gradients may still leave the range of float32: what follows from it must not replace a good checkpoint.
    private void RequireFiniteWeights()
    {
        string[] broken = [.. _training.Trained.Where(parameter => !parameter.IsFinite).Select(parameter => parameter.Name)];
        if (broken.Length > 0)
        {
            throw new TrainingException(
                TrainingErrorIds.LossNotFinite,
                found: FormattableString.Invariant($"{broken.Length} tensors with NaN or infinity after step {_state.Step}, ")
                    + $"such as {broken[0]}",
                expected: "finite weights",
                advice: "They were not saved, and the checkpoint before stays. Lower --rate, or raise --warmup"
            );
        }
    }

    private TimeSpan Elapsed => _elapsedBefore + _clock.GetElapsedTime(_begun);

    private double TokensPerSecond => _tokens / Math.Max(1e-9, _clock.GetElapsedTime(_begun).TotalSeconds);

    private TuningProgress Progress(double loss, ImmutableArray<double> heldOut)
    {
        long done = _state.Step - _firstStep;
        TimeSpan? left = done == 0 ? null : _clock.GetElapsedTime(_begun) / done * (_request.Options.Steps - _state.Step);
        if (_request.Options.TimeLimit is { } limit)
        {
            TimeSpan rest = limit - Elapsed;
            left = left is { } steps && steps < rest ? steps : rest;
        }

        return new(_state.Step, _request.Options.Steps, loss, TokensPerSecond, left, heldOut);
    }
}
