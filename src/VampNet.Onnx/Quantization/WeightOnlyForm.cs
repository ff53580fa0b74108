namespace VampNet.Onnx.Quantization;

/// <summary>How a graph says that a weight is stored in fewer bits than it is used in.</summary>
public enum WeightOnlyForm
{
    /// <summary>com.microsoft MatMulNBits, which multiplies by the packed weight: for ONNX Runtime.</summary>
    MatMulNBits,

    /// <summary>DequantizeLinear before a MatMul of the standard: for any runtime, at opset 21 or newer.</summary>
    DequantizeLinear,
}
