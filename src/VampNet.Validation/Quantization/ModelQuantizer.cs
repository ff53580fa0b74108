using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Validation.Quantization;

/// <summary>Quantizes one file as often as a search asks for, each time other nodes; the activations' ranges are measured once.</summary>
internal sealed class ModelQuantizer(QuantizationRequest request, IProgress<string>? progress, CancellationToken cancellation)
{
    private IReadOnlyDictionary<string, ActivationRange>? _ranges;

    /// <summary>Quantizes the selected nodes and writes the model.</summary>
    /// <param name="selection">Which of the requested nodes.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="metadata">What to say in the model besides its source and calibration.</param>
    public QuantizationReport Write(NodeSelection selection, string output, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        cancellation.ThrowIfCancellationRequested();
        using Model model = ModelReader.Read(request.Input);
        QuantizationReport report = Quantize(model, selection);
        foreach ((string key, string value) in metadata)
        {
            model.Metadata[key] = value;
        }

        ModelWriter.Write(model, output, new ExternalDataOptions());
        return report;
    }

    private QuantizationReport Quantize(Model model, NodeSelection selection) => request.Scheme switch
    {
        QuantizationScheme.Dynamic => DynamicQuantizer.Quantize(model, new()
        {
            Selection = selection,
            Granularity = request.Granularity,
            ReduceRange = request.ReduceRange,
            EmbeddingTables = request.EmbeddingTables,
        }),
        QuantizationScheme.Static => QuantizeStatically(model, selection),
        QuantizationScheme.Float16 => ConvertToFloat16(model, selection),
        _ => WeightOnlyQuantizer.Quantize(model, new()
        {
            Selection = selection,
            Bits = request.Scheme == QuantizationScheme.WeightOnly8 ? 8 : 4,
            BlockSize = request.BlockSize,
            AccuracyLevel = request.AccuracyLevel,
            Form = request.Form,
        }),
    };

    private QuantizationReport QuantizeStatically(Model model, NodeSelection selection)
    {
        StaticQuantizationOptions options = new()
        {
            Selection = request.Selection,
            Granularity = request.Granularity,
            ReduceRange = request.ReduceRange,
            SignedActivations = request.SignedActivations,
        };
        _ranges ??= Calibrate(model, options);
        model.Metadata[QuantizationRun.CalibrationKey] = request.Calibration.Description;
        return StaticQuantizer.Quantize(model, _ranges, options with { Selection = selection });
    }

    private QuantizationReport ConvertToFloat16(Model model, NodeSelection selection)
    {
        if (_ranges is null)
        {
            progress?.Report("calibrating");
            _ranges = ActivationCalibrator.FindExtremes(
                request.Input, Float16Quantizer.ActivationsToCalibrate(model, new() { Selection = request.Selection }), Samples(model), request.Threads, cancellation);
        }

        model.Metadata[QuantizationRun.CalibrationKey] = (request.Calibration with { Method = CalibrationMethod.MinMax }).Description;
        return Float16Quantizer.Quantize(model, new() { Selection = selection, Ranges = _ranges });
    }

    private IReadOnlyDictionary<string, ActivationRange> Calibrate(Model model, StaticQuantizationOptions options)
    {
        progress?.Report("calibrating");
        return ActivationCalibrator.Calibrate(
            request.Input, StaticQuantizer.ActivationsToCalibrate(model, options), Samples(model), request.Calibration.Method, request.Threads, cancellation);
    }

    private IEnumerable<ModelSample> Samples(Model model) => request.Calibration.Samples(SampleMaker.For(model, request.Vocabulary), request.ExtentFor(model));
}
