using System.Diagnostics.CodeAnalysis;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Rewriting;

/// <summary>Value queries for rules: constants, inferred integers, and the operators that may be used.</summary>
/// <param name="Model">The model.</param>
/// <param name="Target">The operators that may be used.</param>
/// <param name="Elements">The integer values whose elements are known without running the model.</param>
public sealed record RewriteContext(Model Model, RewriteTarget Target, IReadOnlyDictionary<Value, SymbolicTensor> Elements)
{
    /// <summary>Whether operators that only ONNX Runtime knows may be used.</summary>
    public bool AllowsOnnxRuntime => Target == RewriteTarget.OnnxRuntime;

    /// <summary>The contents of a constant: an initializer, or the result of Constant; null for other values.</summary>
    public static TensorData? ConstantOf(Value? value) =>
        value switch
        {
            { IsConstant: true } => value.Constant,
            { Producer: { OpType: "Constant", Domain: "" } constant } => constant.Attributes["value"]
                is { Kind: AttributeKind.Tensor, Reference: null } tensor
                ? tensor.Tensor
                : null,
            _ => null,
        };

    /// <summary>The integers of a constant, or of a value whose elements are inferred to be numbers.</summary>
    public bool TryGetInt64s(Value? value, [NotNullWhen(true)] out long[]? numbers)
    {
        numbers = null;
        if (ConstantOf(value) is { } data)
        {
            numbers = data.ElementType.IsInteger && data.ElementCount <= SymbolicTensor.MaxElements ? data.ToInt64s() : null;
        }
        else if (value is not null && Elements.TryGetValue(value, out SymbolicTensor? symbols))
        {
            List<long> found = [];
            foreach (Dim? element in symbols.Elements)
            {
                if (element is null || !element.TryGetConstant(out long number))
                {
                    return false;
                }

                found.Add(number);
            }

            numbers = [.. found];
        }

        return numbers is not null;
    }

    /// <summary>The single element of a constant of real numbers, of any rank.</summary>
    public static bool TryGetScalar(Value? value, out double scalar)
    {
        scalar = 0;
        if (
            ConstantOf(value) is not { ElementCount: 1 } data
            || !(data.ElementType.IsFloatingPoint || data.ElementType.IsInteger)
            || data.ElementType.BitWidth is < 8 or > 64
        )
        {
            return false;
        }

        if (
            data.ElementType
            is ElementType.Float8E4M3FN
                or ElementType.Float8E4M3FNUZ
                or ElementType.Float8E5M2
                or ElementType.Float8E5M2FNUZ
                or ElementType.Float8E8M0
        )
        {
            return false;
        }

        scalar = data.ToDoubles()[0];
        return true;
    }

    /// <summary>Whether a value is a constant scalar close to a number: within 1e-6 of it, relatively, which is what printing a binary32
    /// keeps, or within half a unit in the last place of a type of fewer digits.</summary>
    public static bool IsScalar(Value? value, double number) =>
        TryGetScalar(value, out double scalar) && Math.Abs(scalar - number) <= Tolerance(value) * Math.Abs(number);

    /// <summary>Relative tolerance for recognizing a number in a constant, by its element type.</summary>
    public static double Tolerance(Value? value) =>
        ConstantOf(value)?.ElementType switch
        {
            ElementType.Float16 => 1.0 / (1 << 11),
            ElementType.BFloat16 => 1.0 / (1 << 8),
            _ => 1e-6,
        };

    /// <summary>The rank of a tensor value, or -1 when it is not known.</summary>
    public static int RankOf(Value? value) => value?.TensorType?.Shape?.Rank ?? -1;
}
