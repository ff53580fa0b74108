using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// An integer that is inferred to be a length of one of the graph's inputs is read from that input, by Shape and Gather, instead of from an
/// intermediate result: exporters read it from any tensor, which must then be kept.
/// </summary>
internal sealed class DimensionQueryRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => AnyOperator;

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (
            node.Domain.Length > 0
            || node.Outputs is not [{ TensorType.ElementType: ElementType.Int64 } output]
            || node.OpType == "Shape" && node.Input(0) is not { Producer: not null }
            || !context.Elements.TryGetValue(output, out SymbolicTensor? symbols)
            || symbols.Elements is not [{ IsConstant: false, HasUnknown: false } length]
            || symbols.Shape.Length > 1
        )
        {
            return RuleOutcome.Irrelevant;
        }

        if (AsksAnInput(node, context.Model.Graph) || Find(length, context.Model.Graph) is not var (input, axis))
        {
            return RuleOutcome.Irrelevant;
        }

        PatchBuilder patch = new();
        TensorData index = symbols.Shape.Length == 0 ? TensorData.Scalar((long)axis) : TensorData.FromArray([(long)axis], 1);
        Operand shape = patch.Node("Shape", [input]);
        return patch
            .Replace(output, patch.Node("Gather", [shape, PatchBuilder.Constant($"{input.Name}.axis", index)], [("axis", 0)]))
            .Build();
    }

    private static bool AsksAnInput(Node node, Graph main) =>
        node.Is("Gather") && GraphPattern.Producer(node.Input(0), "Shape")?.Input(0) is { IsGraphInput: true } asked && asked.Owner == main;

    private static (Value Input, int Axis)? Find(Dim length, Graph main)
    {
        foreach (Value input in main.Inputs)
        {
            int axis = input.TensorType?.Shape?.Dims.IndexOf(length) ?? -1;
            if (axis >= 0)
            {
                return (input, axis);
            }
        }

        return null;
    }
}
