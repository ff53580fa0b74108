using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// HardSwish, <c>x clip(x + 3, 0, 6) / 6</c> or <c>x hardsigmoid(x)</c>, in any grouping, becomes HardSwish from opset 14 on. SiLU,
/// <c>x sigmoid(x)</c>, and the sigmoid form of GELU, <c>x sigmoid(1.702 x)</c>, become QuickGelu for ONNX Runtime.
/// </summary>
/// <remarks>Source: Howard et al., Searching for MobileNetV3, arXiv:1905.02244.</remarks>
internal sealed class FuseSwishRule : RewriteRule
{
    private const int FirstOpset = 14;
    private const double Tolerance = 1e-6;

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
        if (factors.Count != 2)
        {
            return RuleOutcome.Irrelevant;
        }

        foreach ((Value x, Value gate) in ((Value, Value)[])[(factors[0], factors[1]), (factors[1], factors[0])])
        {
            if (HardGate(gate, x) is { } hard && Math.Abs((scale * hard) - 1) <= Tolerance)
            {
                PatchBuilder patch = new();
                return context.Model.Opset >= FirstOpset
                    ? patch.Replace(node.Outputs[0], patch.Node("HardSwish", [x])).Build()
                    : RuleOutcome.Miss(node, $"HardSwish needs opset {FirstOpset}, the model has opset {context.Model.Opset}");
            }

            if (Math.Abs(scale - 1) <= Tolerance && SigmoidFactor(gate, x) is { } alpha)
            {
                PatchBuilder patch = new();
                return !context.AllowsOnnxRuntime ? RuleOutcome.Miss(node, "QuickGelu needs the target ONNX Runtime")
                    : x.TensorType?.ElementType != ElementType.Float ? RuleOutcome.Miss(node, "ONNX Runtime has QuickGelu for float alone")
                    : patch.Replace(node.Outputs[0], patch.Node("QuickGelu", [x], [("alpha", (float)alpha)], "com.microsoft")).Build();
            }
        }

        return RuleOutcome.Irrelevant;
    }

    /// <summary>The factor that scales a hard gate of x to the range 0 to 1; null if it is not such a gate.</summary>
    private static double? HardGate(Value gate, Value x)
    {
        if (GraphPattern.Producer(gate, "HardSigmoid") is { } sigmoid)
        {
            return
                sigmoid.Input(0) == x
                && Math.Abs(sigmoid.Attributes.GetFloat("alpha", 0.2f) - (1.0 / 6)) <= Tolerance
                && sigmoid.Attributes.GetFloat("beta", 0.5f) == 0.5f
                ? 1
                : null;
        }

        return
            GraphPattern.Producer(gate, "Clip") is { } clip
            && IsBound(clip, 1, "min", 0)
            && IsBound(clip, 2, "max", 6)
            && GraphPattern.BesideScalar(GraphPattern.Producer(clip.Input(0), "Add"), 3) == x
            ? 6
            : null;
    }

    private static bool IsBound(Node clip, int input, string attribute, double number) =>
        clip.Input(input) is { } value
            ? RewriteContext.TryGetScalar(value, out double scalar) && scalar == number
            : clip.Attributes.Contains(attribute) && clip.Attributes.GetFloat(attribute, 0) == (float)number;

    private static double? SigmoidFactor(Value gate, Value x)
    {
        if (GraphPattern.Producer(gate, "Sigmoid")?.Input(0) is not { } inner)
        {
            return null;
        }

        return inner == x ? 1
            : GraphPattern.Producer(inner, "Mul") is { } scaled
            && GraphPattern.TryMatchEither(scaled, value => RewriteContext.TryGetScalar(value, out _), out Value? scalar, out Value? rest)
            && rest == x
            && RewriteContext.TryGetScalar(scalar, out double alpha)
                ? alpha
            : null;
    }
}
