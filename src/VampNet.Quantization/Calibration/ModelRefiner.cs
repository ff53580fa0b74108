using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Quantization.Calibration;

/// <summary>Applies SmoothQuant and measures the moments for GPTQ before dynamic quantization: it scales activation channels, and knows how
/// these vary together. They are measured once.</summary>
internal sealed class ModelRefiner(
    QuantizationRequest request,
    IProgress<QuantizationProgress>? progress,
    CancellationToken cancellationToken
)
{
    private Dictionary<string, float[]>? _sizes;

    /// <summary>The result of SmoothQuant; null before a model was refined, or if it was not requested.</summary>
    public SmoothingReport? Smoothing { get; private set; }

    /// <summary>The moments of the activations as they are in a refined model; empty when weights are rounded to the nearest
    /// integer.</summary>
    public ImmutableDictionary<string, ChannelMoments> Moments { get; private set; } = ImmutableDictionary<string, ChannelMoments>.Empty;

    /// <summary>Refines a model in place, and records this in its metadata.</summary>
    public void Refine(Model model)
    {
        Dictionary<string, ChannelMoments>? measured = _sizes is null ? Measure(model) : null;
        _sizes ??= measured!.ToDictionary(each => each.Key, each => each.Value.RootMeanSquares());
        model.Metadata[QuantizationRun.CalibrationKey] = request.Calibration.Set;
        if (request.SmoothQuant)
        {
            SmoothingReport report = ChannelSmoother.Apply(model, _sizes, request.Selection);
            model.Metadata[QuantizationRun.SmoothingKey] = string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Smoothed.Length} of {report.Smoothed.Length + report.Left.Length} activations"
            );
            Smoothing ??= report;
        }

        if (request.Gptq)
        {
            model.Metadata[QuantizationRun.RoundingKey] = "gptq";
            Moments = measured is null ? Moments : Smoothed(measured);
        }
    }

    /// <summary>Gives a value that replaces another one its moments.</summary>
    public void Rename(string value, string standIn)
    {
        if (Moments.TryGetValue(value, out ChannelMoments? moments))
        {
            Moments = Moments.SetItem(standIn, moments);
        }
    }

    private Dictionary<string, ChannelMoments> Measure(Model model)
    {
        progress?.Report(new(QuantizationStage.Calibrating));
        IEnumerable<ModelSample> samples = request.Calibration.Samples(SampleMaker.For(model, request.Profile), request.ExtentFor(model));
        return MomentsMeter
            .Measure(
                request.Input,
                ChannelSmoother.ActivationsToMeasure(model, request.Selection),
                samples,
                request.Threads,
                cancellationToken
            )
            .ToDictionary();
    }

    // Processes activations one after the other, so that the moments are not in memory twice.
    private ImmutableDictionary<string, ChannelMoments> Smoothed(Dictionary<string, ChannelMoments> measured)
    {
        foreach (SmoothedActivation each in Smoothing?.Smoothed ?? [])
        {
            measured[each.Activation] = measured[each.Activation].DividedBy(each.Factors.AsSpan());
        }

        return measured.ToImmutableDictionary();
    }
}
