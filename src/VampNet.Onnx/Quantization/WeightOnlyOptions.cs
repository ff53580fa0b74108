namespace VampNet.Onnx.Quantization;

/// <summary>Options of <see cref="WeightOnlyQuantizer"/>.</summary>
public sealed record WeightOnlyOptions
{
    /// <summary>The nodes to quantize; all by default.</summary>
    public NodeSelection Selection { get; init; } = new();

    /// <summary>Bits for each weight: 8 or 4.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Number of weights of one output channel that share a scale: 16 to 256, a power of two.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>Operators that encode the quantized weights.</summary>
    public WeightOnlyForm Form { get; init; } = WeightOnlyForm.MatMulNBits;

    /// <summary>
    /// The lowest precision in which MatMulNBits may compute: 0 the runtime's choice, 1 float32, 2 float16, 3 bfloat16, 4 int8.
    /// </summary>
    public int AccuracyLevel { get; init; } = 4;
}
