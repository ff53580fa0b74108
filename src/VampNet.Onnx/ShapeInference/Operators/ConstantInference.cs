using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Constant, ConstantOfShape.</summary>
internal static class ConstantInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Constant, "Constant");
        registry.Add(ConstantOfShape, "ConstantOfShape");
    }

    private static void Constant(InferenceContext context)
    {
        if (context.Find("sparse_value") is { } sparse)
        {
            context.Set(0, sparse.SparseTensor.Values.ElementType, TensorShape.Of(sparse.SparseTensor.Shape.AsSpan()));
            return;
        }

        context.Set(0, Fact.OfConstant(Contents(context)));
    }

    private static TensorData Contents(InferenceContext context)
    {
        foreach (Attribute attribute in context.Node.Attributes)
        {
            if (context.Find(attribute.Name) is not { } found)
            {
                continue;
            }

            switch (attribute.Name)
            {
                case "value":
                    return found.Tensor;
                case "value_int":
                    return TensorData.Scalar(found.Int);
                case "value_float":
                    return TensorData.Scalar(found.Float);
                case "value_ints":
                    return TensorData.FromArray(found.Ints.ToArray(), found.Ints.Length);
                case "value_floats":
                    return TensorData.FromArray(found.Floats.ToArray(), found.Floats.Length);
                case "value_string":
                    return TensorData.FromStrings([found.String]);
                case "value_strings":
                    return TensorData.FromStrings(found.Strings.AsSpan(), found.Strings.Length);
                default:
                    break;
            }
        }

        throw context.RefuseParameter("no value", "an attribute 'value' or one of its kin");
    }

    private static void ConstantOfShape(InferenceContext context)
    {
        TensorData? value = context.Find("value")?.Tensor;
        Dim? fill = value is null ? Dim.Zero : SymbolicTensor.FromConstant(value)?.Single;
        TensorShape? shape = Lengths(context, context.VectorOf(0));
        context.Set(
            0,
            value?.ElementType ?? ElementType.Float,
            shape,
            fill is null || (value is null or { ElementType.IsInteger: false }) ? null : SymbolicTensor.Build(shape, _ => fill)
        );
    }

    private static TensorShape? Lengths(InferenceContext context, ImmutableArray<Dim?>? elements) =>
        elements is { } lengths
            ? new TensorShape(lengths.Select(length => length is null ? Dim.Unknown() : context.Natural(length, "an axis")))
            : null;
}
