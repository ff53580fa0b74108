using static TorchSharp.torch;

namespace VampNet.Training.Sampling;

/// <summary>Crops with their masks.</summary>
/// <param name="Codes">int64, B * C * T elements in the order [B, C, T].</param>
/// <param name="Mask">True is masked; same order.</param>
/// <param name="Shape">[B, C, T].</param>
/// <param name="Names">The pieces the rows come from.</param>
internal sealed record TrainingBatch(long[] Codes, bool[] Mask, long[] Shape, IReadOnlyList<string> Names)
{
    /// <summary>The codes on a device; the caller disposes them.</summary>
    public Tensor CodesOn(Device device) => tensor(Codes, Shape, device: device);

    /// <summary>The mask on a device; the caller disposes it.</summary>
    public Tensor MaskOn(Device device) => tensor(Mask, Shape, device: device);
}
