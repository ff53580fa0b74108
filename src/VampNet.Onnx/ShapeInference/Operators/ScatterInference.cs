namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Scatter, ScatterElements, ScatterND, TensorScatter: a copy of the data with some elements replaced.</summary>
internal static class ScatterInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Scatter, "Scatter", "ScatterElements", "ScatterND");
        registry.Add(TensorScatter, "TensorScatter");
    }

    private static void Scatter(InferenceContext context) => context.Set(0, context.CommonElement(0, 2), context.ShapeOf(0, 1));

    private static void TensorScatter(InferenceContext context) => context.Set(0, context.CommonElement(0, 1), context.ShapeOf(0));
}
