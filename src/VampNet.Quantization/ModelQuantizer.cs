using System.Collections.Immutable;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.Quantization.Refinement;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Search;

namespace VampNet.Quantization;

/// <summary>Quantizes one file repeatedly for a search, each time other nodes; activation ranges are measured once.</summary>
internal sealed class ModelQuantizer(
    QuantizationRequest request,
    IProgress<QuantizationProgress>? progress,
    CancellationToken cancellationToken
)
{
    private readonly CalibrationRun _calibration = new(request, progress, cancellationToken);
    private ModelRefiner? _refiner;

    /// <summary>Result of SmoothQuant for each activation; null when it was not requested.</summary>
    public SmoothingReport? Smoothing => _refiner?.Smoothing;

    /// <summary>The calibration set of the last written model; null if there was none.</summary>
    public string? CalibratedOn { get; private set; }

    /// <summary>The warning about the calibration set; null if there is none.</summary>
    public string? Warning =>
        CalibratedOn is not null && _calibration.HasRanges && request.Calibration.IsSeeded ? SeededRanges.Warning : null;

    /// <summary>The measured schemes by which <see cref="QuantizationScheme.Auto"/> quantizes.</summary>
    public ImmutableArray<SchemeTrial> Followed { get; set; } = [];

    /// <summary>Quantizes the selected nodes of some operators alone.</summary>
    public QuantizationReport WriteTrial(ImmutableArray<string> operators, QuantizationScheme scheme, string output) =>
        Write(output, model => Mix(model, request.Selection, [(operators, scheme)]), []);

    /// <summary>Quantizes the selected nodes and writes the model.</summary>
    /// <param name="selection">Nodes to quantize, of those requested.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="metadata">Metadata to write besides source and calibration.</param>
    public QuantizationReport Write(NodeSelection selection, string output, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        Write(output, model => Quantize(model, selection), metadata);

    /// <summary>Writes the model unchanged, when no scheme is faster.</summary>
    public QuantizationReport WriteFloat32(string output) => Write(output, KeepAll, []);

    /// <summary>Says what <see cref="Write(NodeSelection, string, ReadOnlySpan{ValueTuple{string, string}})"/> would do, and writes
    /// nothing.</summary>
    public QuantizationReport Plan(NodeSelection selection)
    {
        using Model model = ModelReader.Read(request.Input);
        Refine(model);
        return Quantize(model, selection);
    }

    /// <summary>Writes a model that holds nodes both quantized and not; see <see cref="SwitchedGraph"/>.</summary>
    /// <param name="selection">Nodes to quantize, of those requested; they were quantized or planned before, so that ranges are
    /// known.</param>
    /// <param name="outputs">Results of the nodes, in the order of the switches.</param>
    /// <param name="output">The file to write.</param>
    public void WriteSwitched(NodeSelection selection, ImmutableArray<string> outputs, string output) =>
        Write(
            output,
            model =>
            {
                foreach ((string value, string switched) in SwitchedGraph.AddSwitches(model, outputs))
                {
                    _calibration.Rename(value, switched);
                }

                return Quantize(model, selection with { Only = outputs.ToImmutableHashSet() });
            },
            []
        );

    private QuantizationReport Write(
        string output,
        Func<Model, QuantizationReport> quantize,
        ReadOnlySpan<(string Key, string Value)> metadata
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Model model = ModelReader.Read(request.Input);
        Refine(model);
        QuantizationReport report = quantize(model);
        CalibratedOn = model.Metadata.GetValueOrDefault(QuantizationRun.CalibrationKey);
        string[] warnings = [.. new[] { Warning, UnseenNodes.Describe(report) }.OfType<string>()];
        if (warnings.Length > 0)
        {
            model.Metadata[QuantizationRun.WarningKey] = string.Join("; ", warnings);
        }

        foreach ((string key, string value) in metadata)
        {
            model.Metadata[key] = value;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        ModelWriter.Write(model, output, new ExternalDataOptions());
        return report;
    }

    private void Refine(Model model)
    {
        if (request.SmoothQuant || request.Gptq)
        {
            _refiner ??= new ModelRefiner(request, _calibration);
            _refiner.Refine(model);
        }
    }

    private static QuantizationReport KeepAll(Model model)
    {
        _ = NarrowStorage.Apply(model);
        return new(
            "float32",
            [],
            [
                .. from value in model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Initializers)
                where value.Constant is { ElementType: ElementType.Float or ElementType.Float16 or ElementType.BFloat16 }
                let reader = value.Uses is [var use, ..] ? use.Node : null
                select new KeptTensor(
                    value.Name,
                    reader?.Name ?? "",
                    reader?.OpType ?? "",
                    value.Constant!.ByteLength,
                    "no scheme is faster than float32 here"
                ),
            ]
        );
    }

    private QuantizationReport Quantize(Model model, NodeSelection selection) =>
        request.Scheme switch
        {
            QuantizationScheme.Dynamic => DynamicQuantizer.Quantize(model, DynamicOptions(selection)),
            QuantizationScheme.Static => StaticQuantizer.Quantize(
                model,
                StaticOptions(selection) with
                {
                    Calibration = _calibration.MeasureRanges(model, StaticOptions(request.Selection)),
                }
            ),
            QuantizationScheme.Auto => Mix(model, selection, [.. Followed.Select(trial => (trial.Operators, trial.Scheme))], storing: true),
            QuantizationScheme.Float16 => Float16Quantizer.Quantize(
                model,
                new() { Selection = selection, Calibration = _calibration.MeasureExtremes(model, new() { Selection = request.Selection }) }
            ),
            _ => WeightOnlyQuantizer.Quantize(
                model,
                new()
                {
                    Selection = selection,
                    Bits = request.Scheme == QuantizationScheme.WeightOnly8 ? 8 : 4,
                    BlockSize = request.BlockSize,
                    AccuracyLevel = request.AccuracyLevel,
                    Form = request.Form,
                }
            ),
        };

    private QuantizationReport Mix(
        Model model,
        NodeSelection selection,
        ImmutableArray<(ImmutableArray<string> Operators, QuantizationScheme Scheme)> plan,
        bool storing = false
    )
    {
        ImmutableHashSet<string> calibrated = Operators(QuantizationScheme.Static);
        ImmutableHashSet<string> dynamic = request.EmbeddingTables
            ? Operators(QuantizationScheme.Dynamic).Add("Gather")
            : Operators(QuantizationScheme.Dynamic);
        ImmutableHashSet<string> stored = storing ? SchemeSearch.StoredOperators.Except(calibrated) : [];
        IEnumerable<string> parts = plan.Select(part => $"{part.Scheme.ToString().ToLowerInvariant()} {string.Join('/', part.Operators)}");
        if (
            model
                .Graph.Nodes.Where(node => selection.ReasonAgainst(node) is null)
                .Select(node => node.OpType)
                .FirstOrDefault(stored.Contains)
            is not null
        )
        {
            parts = parts.Append($"stored {string.Join('/', stored)}");
        }

        return MixedQuantizer.Quantize(
            model,
            DynamicOptions(selection with { Operators = dynamic }),
            StaticOptions(selection with { Operators = calibrated.Union(stored) }) with
            {
                StoredOperators = stored,
                Calibration = calibrated.IsEmpty
                    ? CalibrationData.None
                    : _calibration.MeasureRanges(model, StaticOptions(request.Selection with { Operators = SchemeSearch.StaticOperators })),
            },
            string.Join(", ", parts)
        );

        ImmutableHashSet<string> Operators(QuantizationScheme scheme) =>
            [.. plan.Where(part => part.Scheme == scheme).SelectMany(part => part.Operators)];
    }

    private DynamicQuantizationOptions DynamicOptions(NodeSelection selection) =>
        new()
        {
            Selection = selection,
            Granularity = request.Granularity,
            WeightRange = request.WeightRange,
            EmbeddingTables = request.EmbeddingTables,
            Calibration = _calibration.Data,
        };

    private StaticQuantizationOptions StaticOptions(NodeSelection selection) =>
        new()
        {
            Selection = selection,
            Granularity = request.Granularity,
            WeightRange = request.WeightRange,
            SignedActivations = request.SignedActivations,
            EmbeddingTables = request.EmbeddingTables,
        };
}
