namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear.</summary>
internal static class QuantizationInference
{
    public static void Register(OperatorRegistry registry)
    {
        foreach (string domain in (string[])["", OnnxRuntimeInference.Domain])
        {
            registry.Add("QuantizeLinear", 1, Quantize, domain);
            registry.Add("DequantizeLinear", 1, Dequantize, domain);
        }

        registry.Add(DynamicQuantize, "DynamicQuantizeLinear");
    }

    private static void Quantize(InferenceContext context)
    {
        ElementType byAttribute = context.ElementTypeAttribute("output_dtype", ElementType.Undefined);
        context.Set(
            0,
            context.Has(2) ? context.ElementOf(2)
                : byAttribute == ElementType.Undefined ? ElementType.UInt8
                : byAttribute,
            context.ShapeOf(0)
        );
    }

    private static void Dequantize(InferenceContext context)
    {
        ElementType byAttribute = context.ElementTypeAttribute("output_dtype", ElementType.Undefined);
        ElementType byScale = context.Version < 10 && context.Node.Domain.Length == 0 ? ElementType.Float : context.ElementOf(1);
        context.Set(0, byAttribute == ElementType.Undefined ? byScale : byAttribute, context.ShapeOf(0));
    }

    private static void DynamicQuantize(InferenceContext context)
    {
        context.Set(0, ElementType.UInt8, context.ShapeOf(0));
        context.Set(1, ElementType.Float, TensorShape.Scalar);
        context.Set(2, ElementType.UInt8, TensorShape.Scalar);
    }
}
