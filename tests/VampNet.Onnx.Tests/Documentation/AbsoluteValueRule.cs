using System.Collections.Immutable;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Documentation;

/// <summary>Sqrt(Mul(x, x)) becomes Abs(x).</summary>
internal sealed class AbsoluteValueRule : RewriteRule
{
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    public override ImmutableArray<string> Anchors => ["Sqrt"];

    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        if (GraphPattern.Producer(node.Input(0), "Mul") is not { } square || square.Inputs is not [{ } x, { } other] || x != other)
        {
            return RuleOutcome.Irrelevant;
        }

        if (!GraphPattern.IsReadOnce(square.Outputs[0]))
        {
            return RuleOutcome.Miss(square, "its result has other readers, so that nothing would be saved");
        }

        PatchBuilder patch = new();
        return patch.Replace(node.Outputs[0], patch.Node("Abs", [x])).Build();
    }
}
