using VampNet.Onnx;

namespace VampNet.Export.Transformer;

/// <summary>
/// RMSNorm: weight * x / sqrt(mean(x²) + 1e-6) over the last axis, alone or with the residual sum before it.
/// Below opset 23 the standard has no such operator; its decomposition is the one that runtimes recognise and fuse.
/// </summary>
internal static class RmsNormEmitter
{
    private const float Epsilon = 1e-6f;

    /// <summary>x [B,T,D] normalised, [B,T,D].</summary>
    public static Value Emit(Module norm, Value x)
    {
        Value weight = norm.Parameter("weight");
        if (norm.UsesRuntimeOperators)
        {
            return norm.Op("SimplifiedLayerNormalization", "output", [x, weight], ("axis", -1), ("epsilon", Epsilon));
        }

        if (norm.Options.Opset >= 23)
        {
            return norm.Op("RMSNormalization", "output", [x, weight], ("axis", -1), ("epsilon", Epsilon));
        }

        Value square = norm.Op("Pow", "square", [x, norm.Graph.Constant(2f)]);
        Value mean = EmitMean(norm, square);
        Value shifted = norm.Op("Add", "mean_plus_eps", [mean, norm.Graph.Constant(Epsilon)]);
        Value root = norm.Op("Sqrt", "root", [shifted]);
        Value normed = norm.Op("Div", "normed", [x, root]);
        return norm.Op("Mul", "output", [normed, weight]);
    }

    /// <summary>The residual stream's sum x + update, named <paramref name="role"/> in <paramref name="owner"/>, and that sum
    /// normalised.</summary>
    public static (Value Sum, Value Normed) EmitAfterSum(Module owner, string role, Module norm, Value x, Value update)
    {
        if (!norm.UsesRuntimeOperators)
        {
            Value sum = owner.Op("Add", role, [x, update]);
            return (sum, Emit(norm, sum));
        }

        Value[] outputs = norm.RuntimeOps(
            "SkipSimplifiedLayerNormalization",
            "output",
            [x, update, norm.Parameter("weight")],
            [norm.Name("output"), "", "", owner.Name(role)],
            ("epsilon", Epsilon)
        );
        return (outputs[3], outputs[0]);
    }

    private static Value EmitMean(Module norm, Value square) =>
        norm.Options.Opset >= 18
            ? norm.Op("ReduceMean", "mean", [square, norm.Graph.Constant([-1L])], ("keepdims", 1))
            : norm.Op("ReduceMean", "mean", [square], ("axes", new long[] { -1 }), ("keepdims", 1));
}
