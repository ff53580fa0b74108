namespace VampNet.Quantization.Judging;

/// <summary>The loss at one input length.</summary>
/// <param name="Frames">Token frames T.</param>
/// <param name="Loss">The loss over one held-out input.</param>
public sealed record LengthLoss(int Frames, QuantizationLoss Loss);
