namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// The tanh form of GELU, <c>0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))</c>, with its factors in any grouping that exporters
/// use. Becomes Gelu from opset 20 on, or FastGelu for ONNX Runtime below it.
/// </summary>
/// <remarks>Source: Hendrycks and Gimpel, Gaussian Error Linear Units, arXiv:1606.08415.</remarks>
public sealed class FuseGeluRule : RewriteRule
{
    private const int FirstOpset = 20;
    private const double Cubic = 0.044715;
    private static readonly double Root = Math.Sqrt(2 / Math.PI);

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (!node.Is("Mul"))
        {
            return RuleOutcome.Irrelevant;
        }

        List<Value> factors = Factors(node, out double scale);
        if (factors.Count != 2 || Math.Abs(scale - 0.5) > 1e-6)
        {
            return RuleOutcome.Irrelevant;
        }

        Value? x =
            MatchGate(factors[1]) == factors[0] ? factors[0]
            : MatchGate(factors[0]) == factors[1] ? factors[1]
            : null;
        if (x is null)
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        if (context.Model.Opset >= FirstOpset)
        {
            return patch.Replace(node.Outputs[0], patch.Node("Gelu", [x], [("approximate", "tanh")])).Build();
        }

        return context.AllowsOnnxRuntime
            ? patch.Replace(node.Outputs[0], patch.Node("FastGelu", [x], [], "com.microsoft")).Build()
            : RuleOutcome.Miss(
                node,
                $"Gelu needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
    }

    /// <summary>The x of <c>1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))</c>.</summary>
    private static Value? MatchGate(Value gate)
    {
        Node? tanh = GraphPattern.Producer(GraphPattern.BesideScalar(GraphPattern.Producer(gate, "Add"), 1), "Tanh");
        Value? inner = GraphPattern.BesideScalar(GraphPattern.Producer(tanh?.Input(0), "Mul"), Root);
        return
            GraphPattern.Producer(inner, "Add") is { } sum
            && GraphPattern.TryMatchEither(sum, value => GraphPattern.Producer(value, "Mul") is not null, out Value? cubic, out Value? x)
            && IsCubicOf(cubic, x)
            ? x
            : null;
    }

    private static bool IsCubicOf(Value cubic, Value x)
    {
        List<Value> factors = Factors(cubic.Producer!, out double scale);
        if (Math.Abs(scale - Cubic) > 1e-6)
        {
            return false;
        }

        return factors.Count == 3
            ? factors.TrueForAll(factor => factor == x)
            : factors is [{ } only]
                && GraphPattern.Producer(only, "Pow") is { } power
                && power.Input(0) == x
                && RewriteContext.IsScalar(power.Input(1), 3);
    }

    /// <summary>The factors of a tree of Mul nodes, its scalar constants multiplied together. The inner nodes must have no other
    /// reader.</summary>
    private static List<Value> Factors(Node product, out double scale)
    {
        List<Value> factors = [];
        scale = 1;
        Stack<Value> open = new(product.Inputs.OfType<Value>());
        while (open.TryPop(out Value? value))
        {
            if (RewriteContext.TryGetScalar(value, out double scalar))
            {
                scale *= scalar;
            }
            else if (GraphPattern.Producer(value, "Mul") is { } inner && GraphPattern.IsReadOnce(value) && factors.Count + open.Count < 4)
            {
                foreach (Value factor in inner.Inputs.OfType<Value>())
                {
                    open.Push(factor);
                }
            }
            else
            {
                factors.Add(value);
            }
        }

        return factors;
    }
}
