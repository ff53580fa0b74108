namespace VampNet.Onnx.Rewriting;

/// <summary>The factors of a tree of Mul, and of Div by constant scalars.</summary>
internal static class ScalarFactors
{
    private const int MostFactors = 4;

    /// <summary>The factors that are not scalar constants. The inner nodes must have no other reader.</summary>
    /// <param name="product">The last node: Mul, or Div by a constant scalar.</param>
    /// <param name="scale">The scalar constants multiplied together.</param>
    public static List<Value> Of(Node product, out double scale)
    {
        List<Value> factors = [];
        scale = 1;
        Stack<Value> open = new();
        Expand(product, open, ref scale);
        while (open.TryPop(out Value? value))
        {
            if (RewriteContext.TryGetScalar(value, out double scalar))
            {
                scale *= scalar;
            }
            else if (
                value is { Producer: { } inner, OutputIndex: 0 }
                && IsProduct(inner)
                && GraphPattern.IsReadOnce(value)
                && factors.Count + open.Count < MostFactors
            )
            {
                Expand(inner, open, ref scale);
            }
            else
            {
                factors.Add(value);
            }
        }

        return factors;
    }

    /// <summary>Whether the node multiplies, or divides by a constant scalar.</summary>
    public static bool IsProduct(Node node) =>
        node.Inputs is [not null, not null]
        && (node.Is("Mul") || (node.Is("Div") && RewriteContext.TryGetScalar(node.Input(1), out double divisor) && divisor != 0));

    private static void Expand(Node product, Stack<Value> open, ref double scale)
    {
        if (product.Is("Div"))
        {
            _ = RewriteContext.TryGetScalar(product.Input(1), out double divisor);
            scale /= divisor;
            open.Push(product.Input(0)!);
            return;
        }

        foreach (Value factor in product.Inputs.OfType<Value>())
        {
            open.Push(factor);
        }
    }
}
