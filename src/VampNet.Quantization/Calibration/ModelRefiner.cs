using System.Globalization;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Quantization.Calibration;

/// <summary>Applies SmoothQuant and prepares GPTQ before dynamic quantization: it scales activation channels, and knows how these vary
/// together.</summary>
internal sealed class ModelRefiner(QuantizationRequest request, CalibrationRun calibration)
{
    private bool _isPrepared;

    /// <summary>The result of SmoothQuant; null before a model was refined, or if it was not requested.</summary>
    public SmoothingReport? Smoothing { get; private set; }

    /// <summary>Refines a model in place, and records this in its metadata.</summary>
    public void Refine(Model model)
    {
        calibration.MeasureChannels(model);
        if (request.SmoothQuant)
        {
            SmoothingReport report = ChannelSmoother.Apply(model, calibration.Data, request.Selection);
            model.Metadata[QuantizationRun.SmoothingKey] = string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Smoothed.Length} of {report.Smoothed.Length + report.Left.Length} activations"
            );
            Smoothing ??= report;
        }

        if (request.Gptq)
        {
            model.Metadata[QuantizationRun.RoundingKey] = "gptq";
        }

        // Once: moments were measured before smoothing. Activations are processed one after the other, so that their moments are not in
        // memory twice.
        foreach (SmoothedActivation each in _isPrepared ? [] : Smoothing?.Smoothed ?? [])
        {
            calibration.Smooth(each);
        }

        _isPrepared = true;
    }
}
