namespace VampNet.Onnx.Quantization;

/// <summary>The operators that encode weights stored in 8 or 4 bits.</summary>
public enum WeightOnlyForm
{
    /// <summary>com.microsoft MatMulNBits, which multiplies by the packed weight: for ONNX Runtime.</summary>
    MatMulNBits,

    /// <summary>DequantizeLinear before a MatMul of the standard: for any runtime, at opset 21 or newer.</summary>
    DequantizeLinear,
}
