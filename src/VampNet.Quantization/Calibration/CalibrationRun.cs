using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Quantization.Calibration;

/// <summary>Measures the activations of a graph on the calibration set of a request, for every scheme: ranges and channel moments, each
/// once, when a scheme first asks for them. A model that uses a measurement names the calibration set in its metadata.</summary>
internal sealed class CalibrationRun(
    QuantizationRequest request,
    IProgress<QuantizationProgress>? progress,
    CancellationToken cancellationToken
)
{
    private ImmutableDictionary<string, ActivationRange>? _ranges;
    private ImmutableDictionary<string, float[]>? _sizes;
    private ImmutableDictionary<string, ChannelMoments> _moments = ImmutableDictionary<string, ChannelMoments>.Empty;

    /// <summary>The measurements so far.</summary>
    public CalibrationData Data =>
        new()
        {
            Ranges = _ranges ?? ImmutableDictionary<string, ActivationRange>.Empty,
            ChannelSizes = _sizes ?? ImmutableDictionary<string, float[]>.Empty,
            Moments = _moments,
        };

    /// <summary>Whether ranges were measured.</summary>
    public bool HasRanges => _ranges is not null;

    /// <summary>Measures the ranges that static quantization represents, chosen by the request's method.</summary>
    /// <param name="model">The model that will use them.</param>
    /// <param name="widest">All that may be quantized later, so that one measurement is enough.</param>
    public CalibrationData MeasureRanges(Model model, StaticQuantizationOptions widest)
    {
        _ranges ??= Measure(
            model,
            samples =>
                ActivationCalibrator.Calibrate(
                    request.Input,
                    StaticQuantizer.ActivationsToCalibrate(model, widest),
                    samples,
                    request.Calibration.Method,
                    request.Threads,
                    cancellationToken
                )
        );
        return Record(model, request.Calibration.Description);
    }

    /// <summary>Measures the smallest and the largest value of activations, for float16.</summary>
    /// <param name="model">The model that will use them.</param>
    /// <param name="widest">All that may be converted later.</param>
    public CalibrationData MeasureExtremes(Model model, Float16Options widest)
    {
        _ranges ??= Measure(
            model,
            samples =>
                ActivationCalibrator.FindExtremes(
                    request.Input,
                    Float16Quantizer.ActivationsToCalibrate(model, widest),
                    samples,
                    request.Threads,
                    cancellationToken
                )
        );
        return Record(model, (request.Calibration with { Method = CalibrationMethod.MinMax }).Description);
    }

    /// <summary>Measures the channels of activations, for SmoothQuant and GPTQ.</summary>
    /// <param name="model">The model that will use them.</param>
    /// <returns>Sizes of the channels, and with GPTQ their moments.</returns>
    public CalibrationData MeasureChannels(Model model)
    {
        if (_sizes is null)
        {
            ImmutableDictionary<string, ChannelMoments> measured = Measure(
                model,
                samples =>
                    MomentsMeter.Measure(
                        request.Input,
                        ChannelSmoother.ActivationsToMeasure(model, request.Selection),
                        samples,
                        request.Threads,
                        cancellationToken
                    )
            );
            _sizes = measured.ToImmutableDictionary(each => each.Key, each => each.Value.RootMeanSquares());
            _moments = request.Gptq ? measured : _moments;
        }

        return Record(model, request.Calibration.Set);
    }

    /// <summary>Replaces the moments of an activation by those that it has after SmoothQuant.</summary>
    public void Smooth(SmoothedActivation smoothed)
    {
        if (_moments.TryGetValue(smoothed.Activation, out ChannelMoments? moments))
        {
            _moments = _moments.SetItem(smoothed.Activation, moments.DividedBy(smoothed.Factors.AsSpan()));
        }
    }

    /// <summary>Gives a value that replaces another one its measurements.</summary>
    public void Rename(string value, string standIn)
    {
        if (_ranges?.TryGetValue(value, out ActivationRange range) == true)
        {
            _ranges = _ranges.SetItem(standIn, range);
        }

        if (_moments.TryGetValue(value, out ChannelMoments? moments))
        {
            _moments = _moments.SetItem(standIn, moments);
        }
    }

    private ImmutableDictionary<string, T> Measure<T>(Model model, Func<IEnumerable<ModelSample>, IReadOnlyDictionary<string, T>> measure)
    {
        progress?.Report(new(QuantizationStage.Calibrating));
        return measure(request.Calibration.Samples(SampleMaker.For(model, request.Profile), request.ExtentFor(model)))
            .ToImmutableDictionary();
    }

    private CalibrationData Record(Model model, string description)
    {
        model.Metadata[QuantizationRun.CalibrationKey] = description;
        return Data;
    }
}
