namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Cast, CastLike, BitCast.</summary>
internal static class ConversionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Cast, "Cast", "BitCast");
        registry.Add(CastLike, "CastLike");
    }

    private static void Cast(InferenceContext context)
    {
        Attribute to = context.Find("to") ?? throw context.RefuseParameter("no attribute 'to'", "an element type");
        ElementType element =
            to.Kind == AttributeKind.String ? ByName(context, to.String) : context.ElementTypeAttribute("to", ElementType.Undefined);
        if (element == ElementType.Undefined)
        {
            throw context.RefuseParameter("the attribute 'to' = 0", "an element type");
        }

        Convert(context, element);
    }

    private static void CastLike(InferenceContext context) => Convert(context, context.ElementOf(1));

    private static void Convert(InferenceContext context, ElementType to) =>
        context.Set(0, to, context.ShapeOf(0), context.Node.OpType == "BitCast" ? null : context.ElementsOf(0));

    /// <summary>Before version 6 the type was a name.</summary>
    private static ElementType ByName(InferenceContext context, string name) =>
        Enum.TryParse<ElementType>(name, ignoreCase: true, out ElementType element) && element.IsKnown
            ? element
            : throw context.RefuseParameter($"the attribute 'to' = '{name}'", "the name of an element type");
}
