namespace VampNet.Onnx.Quantization;

/// <summary>A stretch of a tensor's memory.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="Length">Its number of elements.</param>
/// <param name="Channel">The channel that all its elements belong to; null when element i belongs to channel i.</param>
internal readonly record struct ChannelRun(int Start, int Length, int? Channel)
{
    /// <summary>The scales that apply to the run: one, or one for each element.</summary>
    public ReadOnlySpan<float> Scales(float[] scales) => Channel is { } channel ? scales.AsSpan(channel, 1) : scales;
}
