using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// GELU, <c>0.5 x (1 + erf(x / sqrt(2)))</c>, and its tanh form, <c>0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))</c>, with the factors
/// in any grouping that exporters use. Becomes Gelu from opset 20 on, or ONNX Runtime's Gelu and FastGelu below it.
/// </summary>
/// <remarks>Source: Hendrycks and Gimpel, Gaussian Error Linear Units, arXiv:1606.08415.</remarks>
internal sealed class FuseGeluRule : RewriteRule
{
    private const int FirstOpset = 20;
    private const double Cubic = 0.044715;
    private static readonly double Root = Math.Sqrt(2 / Math.PI);

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Mul", "Div"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (!ScalarFactors.IsProduct(node))
        {
            return RuleOutcome.Irrelevant;
        }

        List<Value> factors = ScalarFactors.Of(node, out double scale);
        if (factors.Count != 2 || Math.Abs(scale - 0.5) > 1e-6)
        {
            return RuleOutcome.Irrelevant;
        }

        (Value first, Value second) = (factors[0], factors[1]);
        bool isExact = MatchErrorGate(second) == first || MatchErrorGate(first) == second;
        Value? x =
            MatchErrorGate(second) == first || MatchGate(second) == first ? first
            : MatchErrorGate(first) == second || MatchGate(first) == second ? second
            : null;
        if (x is null)
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        if (context.Model.Opset >= FirstOpset)
        {
            return patch.Replace(node.Outputs[0], patch.Node("Gelu", [x], [("approximate", isExact ? "none" : "tanh")])).Build();
        }

        return context.AllowsOnnxRuntime && (!isExact || x.TensorType?.ElementType == ElementType.Float)
            ? patch.Replace(node.Outputs[0], patch.Node(isExact ? "Gelu" : "FastGelu", [x], [], "com.microsoft")).Build()
            : RuleOutcome.Miss(
                node,
                $"Gelu needs opset {FirstOpset} or the target ONNX Runtime, the model has opset {context.Model.Opset}"
            );
    }

    /// <summary>The x of <c>1 + erf(x / sqrt(2))</c>.</summary>
    private static Value? MatchErrorGate(Value gate)
    {
        Value? inner = GraphPattern.Producer(GraphPattern.BesideScalar(GraphPattern.Producer(gate, "Add"), 1), "Erf")?.Input(0);
        return GraphPattern.Producer(inner, "Div") is { } quotient && RewriteContext.IsScalar(quotient.Input(1), Math.Sqrt(2))
                ? quotient.Input(0)
            : GraphPattern.Producer(inner, "Mul") is { } product ? GraphPattern.BesideScalar(product, Math.Sqrt(0.5))
            : null;
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
        List<Value> factors = ScalarFactors.Of(cubic.Producer!, out double scale);
        double tolerance = x.TensorType?.ElementType == ElementType.Float16 ? Cubic / (1 << 11) : 1e-6;
        if (Math.Abs(scale - Cubic) > tolerance)
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
}
