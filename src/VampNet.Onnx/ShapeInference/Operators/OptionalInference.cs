namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Optional, OptionalHasElement, OptionalGetElement.</summary>
internal static class OptionalInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(
            static context => context.Set(0, new OptionalType(context.Has(0) ? context.TypeOf(0) : context.Find("type")?.Type)),
            "Optional"
        );
        registry.Add(static context => context.Set(0, ElementType.Bool, TensorShape.Scalar), "OptionalHasElement");
        registry.Add(GetElement, "OptionalGetElement");
    }

    /// <summary>Since version 18 a tensor or sequence may stand for an optional that is present.</summary>
    private static void GetElement(InferenceContext context) =>
        context.Set(
            0,
            context.TypeOf(0) switch
            {
                OptionalType optional => optional.Item,
                var other when other is null || context.Version >= 18 => other,
                var other => throw context.RefuseKind(0, other, "an optional"),
            }
        );
}
