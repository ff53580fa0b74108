using VampNet.Export;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Validation.Quantization;

/// <summary>Quantizes a file and judges the result: what <c>vampnet quantize</c> does.</summary>
public static class QuantizationRun
{
    /// <summary>Metadata key: SHA-256 of the graph file that this one was made from.</summary>
    public const string SourceKey = "vampnet.quantization.source_sha256";

    /// <summary>Metadata key: what the ranges were measured on.</summary>
    public const string CalibrationKey = "vampnet.quantization.calibration";

    // Judged inputs must not be those that ranges were measured on.
    private const ulong FirstJudgedSeed = 1_000_000;
    private const int DefaultFrames = 173;
    private const int DefaultAudio = 44100;

    /// <summary>Does all of it. The output appears under its name only when complete.</summary>
    /// <exception cref="OnnxException">The graph cannot be read or quantized.</exception>
    /// <exception cref="ValidationException">It cannot be run, or VNV0404: input and output are the same file.</exception>
    public static QuantizationResult Run(QuantizationRequest request, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Path.GetFullPath(request.Input) == Path.GetFullPath(request.Output))
        {
            throw new ValidationException("VNV0404", $"Found {request.Output} as both input and output.\nExpected two files: the graph in floating point is the reference. Name another output.");
        }

        QuantizationReport report = Quantize(request, progress, cancellation);
        if (request.JudgedSamples == 0)
        {
            return new QuantizationResult(report, null);
        }

        progress?.Report("judging");
        using Model model = ModelReader.Read(request.Input);
        ModelSample[] samples = [.. SampleMaker.For(model, request.Vocabulary).Seeded(FirstJudgedSeed, request.JudgedSamples, ExtentFor(request, model))];
        return new QuantizationResult(report, QuantizationJudge.Judge(request.Input, request.Output, samples, request.Threads, cancellation));
    }

    /// <summary>Quantizes and writes, without judging.</summary>
    public static QuantizationReport Quantize(QuantizationRequest request, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using Model model = ModelReader.Read(request.Input);
        QuantizationReport report = request.Scheme switch
        {
            QuantizationScheme.Dynamic => DynamicQuantizer.Quantize(model, new()
            {
                Selection = request.Selection,
                Granularity = request.Granularity,
                ReduceRange = request.ReduceRange,
                EmbeddingTables = request.EmbeddingTables,
            }),
            QuantizationScheme.Static => QuantizeStatically(model, request, progress, cancellation),
            _ => WeightOnlyQuantizer.Quantize(model, new()
            {
                Selection = request.Selection,
                Bits = request.Scheme == QuantizationScheme.WeightOnly8 ? 8 : 4,
                BlockSize = request.BlockSize,
                AccuracyLevel = request.AccuracyLevel,
                Form = request.Form,
            }),
        };
        progress?.Report("writing");
        cancellation.ThrowIfCancellationRequested();
        model.Metadata[SourceKey] = ManifestFile.Of(request.Input).Sha256;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        ModelWriter.Write(model, request.Output, new ExternalDataOptions());
        return report;
    }

    private static QuantizationReport QuantizeStatically(Model model, QuantizationRequest request, IProgress<string>? progress, CancellationToken cancellation)
    {
        StaticQuantizationOptions options = new()
        {
            Selection = request.Selection,
            Granularity = request.Granularity,
            ReduceRange = request.ReduceRange,
            SignedActivations = request.SignedActivations,
        };
        progress?.Report("calibrating");
        IEnumerable<ModelSample> samples = request.Calibration.Samples(SampleMaker.For(model, request.Vocabulary), ExtentFor(request, model));
        IReadOnlyDictionary<string, ActivationRange> ranges = ActivationCalibrator.Calibrate(
            request.Input, StaticQuantizer.ActivationsToCalibrate(model, options), samples, request.Calibration.Method, request.Threads, cancellation);
        model.Metadata[CalibrationKey] = request.Calibration.Description;
        return StaticQuantizer.Quantize(model, ranges, options);
    }

    private static int ExtentFor(QuantizationRequest request, Model model) =>
        request.Extent ?? (model.Graph.Inputs.Any(input => input.TensorType?.ElementType == ElementType.Float && input.TensorType.Shape is { Rank: 3 } shape && shape[1].TryGetConstant(out long channels) && channels == 1) ? DefaultAudio : DefaultFrames);
}
