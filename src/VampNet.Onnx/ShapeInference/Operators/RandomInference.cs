using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Random numbers, and EyeLike, which has the same parameters.</summary>
internal static class RandomInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(FromShapeAttribute, "RandomNormal", "RandomUniform");
        registry.Add(LikeInput, "RandomNormalLike", "RandomUniformLike", "Bernoulli", "EyeLike");
        registry.Add(Multinomial, "Multinomial");
    }

    private static void FromShapeAttribute(InferenceContext context)
    {
        ImmutableArray<long> shape = context.Ints("shape") ?? throw context.RefuseParameter("no attribute 'shape'", "the axis lengths");
        context.Set(
            0,
            context.ElementTypeAttribute("dtype", ElementType.Float),
            new TensorShape(shape.Select(length => context.Natural(length, "an axis")))
        );
    }

    private static void LikeInput(InferenceContext context) =>
        context.Set(0, context.ElementTypeAttribute("dtype", context.ElementOf(0)), context.ShapeOf(0));

    private static void Multinomial(InferenceContext context) =>
        context.Set(
            0,
            context.ElementTypeAttribute("dtype", ElementType.Int32),
            context.ShapeOf(0, 2, 2) is { } shape ? shape.With(1, context.Natural(context.Int("sample_size", 1), "sample_size")) : null
        );
}
