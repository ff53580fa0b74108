namespace VampNet.Onnx.Quantization;

/// <summary>The constant right operand of a MatMul or Gemm: a matrix of K rows by N output channels.</summary>
/// <param name="Node">The node that multiplies by it.</param>
/// <param name="Value">The initializer.</param>
/// <param name="Transposed">Whether the initializer holds N rows of K instead (Gemm with transB).</param>
/// <param name="Alpha">The factor of the product (Gemm); 1 for MatMul.</param>
/// <param name="Bias">The bias added to the product (Gemm); null for none.</param>
internal sealed record MatrixWeight(Node Node, Value Value, bool Transposed, float Alpha, Value? Bias)
{
    /// <summary>The matrix as K rows of N.</summary>
    public TensorData Matrix => Transposed ? TransposedMatrix.Of(Value.Constant!) : Value.Constant!;

    /// <summary>Recognizes the weight of a node, or returns the reason why there is none to quantize.</summary>
    /// <param name="node">The node.</param>
    /// <param name="halves">Whether a weight may be float16.</param>
    public static (MatrixWeight? Weight, string Reason) Of(Node node, bool halves = false)
    {
        bool gemm = node.Is("Gemm");
        if (!gemm && !node.Is("MatMul"))
        {
            return (null, $"{node.OpType} multiplies by no constant matrix");
        }

        if (node.Input(0) is null || node.Input(1) is not { IsConstant: true, Constant: { } data } value)
        {
            return (null, "the right operand is no constant");
        }

        if (data.ElementType != ElementType.Float && !(halves && data.ElementType == ElementType.Float16))
        {
            return (null, $"the weight is {data.ElementType.OnnxName}, not float");
        }

        if (data.Shape.Length != 2 || data.ElementCount == 0)
        {
            return (null, $"the weight has shape [{string.Join(',', data.Shape)}], no matrix");
        }

        return gemm ? OfGemm(node, value) : (new MatrixWeight(node, value, Transposed: false, 1, null), "");
    }

    private static (MatrixWeight? Weight, string Reason) OfGemm(Node node, Value value)
    {
        if (node.Attributes.GetInt("transA", 0) != 0)
        {
            return (null, "the left operand is transposed");
        }

        Value? bias = node.Input(2);
        if (bias is not null && node.Attributes.GetFloat("beta", 1) != 1)
        {
            return (null, "the bias has a factor");
        }

        return (new MatrixWeight(node, value, node.Attributes.GetInt("transB", 0) != 0, node.Attributes.GetFloat("alpha", 1), bias), "");
    }
}
