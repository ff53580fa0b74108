namespace VampNet.Quantization.Search;

/// <summary>The loss when one node alone is quantized.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Output">The name of its first output.</param>
/// <param name="Cost">
/// Loss of the output on one sample: mean divergence in nats for logits, share of changed codes, power of the error over power
/// of the signal for signals. Not negative; infinite when the output is not finite.
/// </param>
/// <param name="Bytes">Additional bytes of its weight in floating point.</param>
public sealed record NodeSensitivity(string Node, string Output, double Cost, long Bytes)
{
    /// <summary>Loss avoided per byte when the node returns to floating point.</summary>
    public double CostPerByte => Cost / Math.Max(Bytes, 1);
}
