using System.Collections.Immutable;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Machine;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization;

/// <summary>Quantizes a file and judges the result: what <c>vampnet quantize</c> does.</summary>
public static class QuantizationRun
{
    /// <summary>Metadata key: SHA-256 of the graph file that this one was made from.</summary>
    public const string SourceKey = "vampnet.quantization.source_sha256";

    /// <summary>Metadata key: the calibration set.</summary>
    public const string CalibrationKey = "vampnet.quantization.calibration";

    /// <summary>Metadata key: the warning about the calibration set; absent if there is none.</summary>
    public const string WarningKey = "vampnet.quantization.warning";

    /// <summary>Metadata key: how many activations SmoothQuant scaled.</summary>
    public const string SmoothingKey = "vampnet.quantization.smoothing";

    /// <summary>Metadata key: the rounding method of the weights, <c>gptq</c>; absent where each is rounded to the nearest
    /// integer.</summary>
    public const string RoundingKey = "vampnet.quantization.rounding";

    /// <summary>Metadata key: the quality goal, and whether the model meets it.</summary>
    public const string GoalKey = "vampnet.quantization.goal";

    /// <summary>Metadata key: the candidates that the search for the goal measured.</summary>
    public const string GoalStepsKey = "vampnet.quantization.goal_steps";

    // Judged inputs must not be those that ranges were measured on.
    private const ulong FirstJudgedSeed = 1_000_000;
    private const ulong FirstLengthSeed = 2_000_000;

    /// <summary>Quantizes and judges a graph. The output appears under its name only when complete; a model that misses the goal is written
    /// too, and says so.</summary>
    /// <exception cref="ArgumentException">There is a goal or a scheme to measure, but no sample to judge on.</exception>
    /// <exception cref="OnnxException">The graph cannot be read or quantized.</exception>
    /// <exception cref="QuantizationException">It cannot be run; VNQ0102: input and output are the same file; VNQ0103: its output has no
    /// such metric; VNQ0104: no scheme to choose is faster than float32; VNQ0121: no real inputs for the ranges of a graph of sound or
    /// latents.</exception>
    public static QuantizationResult Run(
        QuantizationRequest request,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Path.GetFullPath(request.Input) == Path.GetFullPath(request.Output))
        {
            throw new QuantizationException(
                QuantizationErrorIds.OutputIsInput,
                found: $"{request.Output} as both input and output",
                expected: "two files: the graph in floating point is the reference",
                advice: "Name another output"
            );
        }

        RequireDynamic(request);
        if (request.JudgedSamples == 0 && (request.Goal is not null || request.Scheme == QuantizationScheme.Auto))
        {
            throw new ArgumentException(
                "A goal, and a scheme that is chosen by measuring, need at least one judged sample.",
                nameof(request)
            );
        }

        // The result is judged before it is published: a run that is cancelled while judging leaves the earlier files.
        using FileSet files = new(request.Output);
        files.Stage($"{files.First}.data");
        using PreparedGraph prepared = PreparedGraph.Make(request with { Output = files.Stage(files.First) });
        QuantizationResult result = RunStaged(prepared, request.Input, progress, cancellationToken);
        files.Publish();
        return result with { Preparation = prepared.Changes };
    }

    private static QuantizationResult RunStaged(
        PreparedGraph prepared,
        string source,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        QuantizationRequest request = prepared.Request;
        RequireCalibration(source, request);
        ModelQuantizer quantizer = new(request, progress, cancellationToken);
        (ImmutableArray<ModelSample> samples, string judgedOn) = JudgedSamples(request);
        QuantizationResult result =
            request.Scheme == QuantizationScheme.Auto
                ? RunAuto(prepared, source, quantizer, samples, progress, cancellationToken)
                : RunScheme(prepared, source, quantizer, samples, progress, cancellationToken);
        return result with { JudgedOn = result.Judgement is null ? null : judgedOn };
    }

    private static QuantizationResult RunAuto(
        PreparedGraph prepared,
        string source,
        ModelQuantizer quantizer,
        ImmutableArray<ModelSample> samples,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        QuantizationRequest request = prepared.Request;
        ImmutableArray<SchemeTrial> trials = Measure(request, quantizer, samples, progress, cancellationToken);
        ImmutableArray<SchemeTrial> faster = SchemeTrial.Choose(trials, request.Goal);
        if (faster.Any(trial => trial.Scheme == QuantizationScheme.Static))
        {
            RequireRealRanges(source, request);
        }

        QuantizationResult? result = FasterGraph.Find(
            faster,
            followed =>
            {
                quantizer.Followed = followed;
                return RunScheme(prepared, source, quantizer, samples, progress, cancellationToken);
            }
        );
        return result is not null ? result with { Trials = trials }
            : request.OrFloat32 ? new QuantizationResult(quantizer.WriteFloat32(request.Output), null) { Trials = trials }
            : throw SchemeTrial.NoneIsFaster(source, trials);
    }

    private static QuantizationResult RunScheme(
        PreparedGraph prepared,
        string source,
        ModelQuantizer quantizer,
        ImmutableArray<ModelSample> samples,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        QuantizationRequest request = prepared.Request;
        (NodeSelection selection, GoalOutcome? goal) = Choose(request, quantizer, samples, progress, cancellationToken);
        QuantizationReport report = Write(source, request, quantizer, selection, goal, progress);
        QuantizationResult written = new(report, null)
        {
            Smoothing = quantizer.Smoothing,
            Calibration = quantizer.CalibratedOn,
            Warnings = quantizer.Warning is { } warning ? [warning] : [],
        };
        if (samples.IsEmpty)
        {
            return written;
        }

        progress?.Report(new(QuantizationStage.Judging));
        QuantizationJudgement judgement = QuantizationJudge.Judge(
            prepared.Reference,
            request.Output,
            samples,
            request.Threads,
            request.Provider,
            request.OutputKind,
            cancellationToken
        );
        IEnumerable<string> rescaled = quantizer.Smoothing?.Smoothed.SelectMany(each => each.Rescaled) ?? [];
        ImmutableArray<NodeOutputLoss> nodes = NodeOutputMeter.Measure(
            request.Input,
            request.Output,
            report.Quantized.Select(weight => weight.Output).Except(rescaled).ToImmutableHashSet(),
            samples[0],
            request.Threads
        );
        return written with
        {
            Output = OutputOf(request),
            Judgement = judgement,
            Goal = goal,
            Nodes = nodes,
            Lengths = JudgeLengths(prepared, cancellationToken),
            Saturates = Saturates(request),
        };
    }

    private static void RequireCalibration(string source, QuantizationRequest request)
    {
        if (request.Scheme == QuantizationScheme.Static)
        {
            RequireRealRanges(source, request);
        }
    }

    private static void RequireRealRanges(string source, QuantizationRequest request)
    {
        using Model model = ModelReader.Read(request.Input);
        SeededRanges.Require(source, model, request);
    }

    /// <summary>Quantizes and writes everything selected, without a goal and without judging.</summary>
    /// <exception cref="ArgumentException">The scheme is <see cref="QuantizationScheme.Auto"/>, which judging chooses.</exception>
    public static QuantizationReport Quantize(
        QuantizationRequest request,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Scheme == QuantizationScheme.Auto)
        {
            throw new ArgumentException("This scheme is chosen by measuring; call Run.", nameof(request));
        }

        RequireDynamic(request);
        using PreparedGraph prepared = PreparedGraph.Make(request);
        RequireCalibration(request.Input, prepared.Request);
        return Write(
            request.Input,
            prepared.Request,
            new ModelQuantizer(prepared.Request, progress, cancellationToken),
            request.Selection,
            null,
            progress
        );
    }

    private static void RequireDynamic(QuantizationRequest request)
    {
        if ((request.SmoothQuant || request.Gptq) && request.Scheme != QuantizationScheme.Dynamic)
        {
            throw new ArgumentException(
                "Found SmoothQuant or GPTQ with another scheme. Expected the dynamic scheme, the only one that they refine.",
                nameof(request)
            );
        }
    }

    private static ImmutableArray<SchemeTrial> Measure(
        QuantizationRequest request,
        ModelQuantizer quantizer,
        ImmutableArray<ModelSample> samples,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(QuantizationStage.Measuring));
        SchemeSearch search = new(
            quantizer,
            candidate =>
                QuantizationJudge.Judge(
                    request.Input,
                    candidate,
                    samples,
                    request.Threads,
                    request.Provider,
                    request.OutputKind,
                    cancellationToken
                )
        );
        return search.Run();
    }

    private static (NodeSelection, GoalOutcome?) Choose(
        QuantizationRequest request,
        ModelQuantizer quantizer,
        ImmutableArray<ModelSample> samples,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (request.Goal is not { } goal)
        {
            return (request.Selection, null);
        }

        progress?.Report(new(QuantizationStage.Searching));
        ReferenceOutputs reference = ReferenceOutputs.Compute(
            request.Input,
            samples,
            request.Threads,
            request.Provider,
            request.OutputKind
        );
        ReferenceOutputs ranking = ReferenceOutputs.Compute(
            request.Input,
            [RankedSample(request)],
            request.Threads,
            request.Provider,
            request.OutputKind
        );
        using GoalSearch search = new(goal, request.Selection, quantizer, reference, ranking, progress, cancellationToken);
        return search.Run();
    }

    private static QuantizationReport Write(
        string original,
        QuantizationRequest request,
        ModelQuantizer quantizer,
        NodeSelection selection,
        GoalOutcome? goal,
        IProgress<QuantizationProgress>? progress
    )
    {
        progress?.Report(new(QuantizationStage.Writing));
        (string, string) source = (SourceKey, ManifestFile.Read(original).Sha256);
        return goal is null
            ? quantizer.Write(selection, request.Output, source)
            : quantizer.Write(selection, request.Output, source, (GoalKey, goal.ToString()), (GoalStepsKey, goal.DescribeSteps()));
    }

    private static OutputKindGuess OutputOf(QuantizationRequest request)
    {
        if (request.OutputKind is { } given)
        {
            return new OutputKindGuess(given, "as given");
        }

        using Model model = ModelReader.Read(request.Input);
        return OutputKindGuess.Of(model);
    }

    private static bool Saturates(QuantizationRequest request) =>
        request
            is { WeightRange: WeightRange.Full, Scheme: QuantizationScheme.Dynamic or QuantizationScheme.Static or QuantizationScheme.Auto }
        && !ProcessorProbe.Features().Intersect(["AVX_VNNI", "AVX512_VNNI", "DOTPROD"]).Any();

    // Each length has its own seed: a prefix of a longer input would judge the same codes again.
    private static ImmutableArray<LengthLoss> JudgeLengths(PreparedGraph prepared, CancellationToken cancellationToken)
    {
        QuantizationRequest request = prepared.Request;
        using Model model = ModelReader.Read(request.Input);
        if (request.Extent is not null || request.JudgedOn is not null || request.Profile.JudgedFrames.IsEmpty)
        {
            return [];
        }

        SampleMaker maker = SampleMaker.For(model, request.Profile);
        ImmutableArray<int> lengths = request.Profile.JudgedFrames;
        ImmutableArray<ModelSample> samples =
        [
            .. lengths.Select(
                (frames, i) => maker.Seeded(FirstLengthSeed + (ulong)i, 1, frames * maker.SamplesPerFrame, request.JudgedSeeds).Single()
            ),
        ];
        return
        [
            .. QuantizationJudge
                .Compare(
                    prepared.Reference,
                    request.Output,
                    samples,
                    request.Threads,
                    request.Provider,
                    request.OutputKind,
                    cancellationToken
                )
                .Select((loss, i) => new LengthLoss(lengths[i], loss)),
        ];
    }

    private static ModelSample RankedSample(QuantizationRequest request)
    {
        using Model model = ModelReader.Read(request.Input);
        SampleMaker maker = SampleMaker.For(model, request.Profile);
        int extent = request.RankedExtentFor(model);
        ImmutableArray<ModelSample> music = request.JudgedOn is { } judged ? (judged with { MostPassages = 1 }).Samples(maker, extent) : [];
        return music.IsEmpty ? maker.Seeded(FirstJudgedSeed, 1, extent, request.JudgedSeeds).Single() : music[music.Length / 2];
    }

    // If all of the music was used for calibration, seeded inputs are judged on.
    private static (ImmutableArray<ModelSample> Samples, string Description) JudgedSamples(QuantizationRequest request)
    {
        if (request.JudgedSamples == 0)
        {
            return ([], "");
        }

        using Model model = ModelReader.Read(request.Input);
        SampleMaker maker = SampleMaker.For(model, request.Profile);
        int extent = request.ExtentFor(model);
        if (request.JudgedOn is { } music && music.Samples(maker, extent) is { IsEmpty: false } passages)
        {
            return (passages, $"{PassageList.Of(passages).Length} passages of {music.Description}");
        }

        return (
            [.. maker.Seeded(FirstJudgedSeed, request.JudgedSamples, extent, request.JudgedSeeds)],
            $"{request.JudgedSamples} seeded inputs from seed {FirstJudgedSeed}"
        );
    }
}
