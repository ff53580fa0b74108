using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>
/// Constant folding: replaces nodes by their results where these do not depend on inputs: Constant nodes, shape arithmetic whose elements
/// are inferred to be numbers, and
/// supported operators over constants. A result may be larger than its inputs by <see cref="MaxGrowth"/> bytes at most, and one
/// beyond <see cref="MaxHeldBytes"/> is computed again each time it is written instead of being held.
/// </summary>
internal sealed class FoldConstantRule : RewriteRule
{
    /// <summary>Most bytes that a result may add to the model.</summary>
    public const long MaxGrowth = 1 << 14;

    /// <summary>Most bytes of a result that is held in memory.</summary>
    public const long MaxHeldBytes = 1 << 20;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => AnyOperator;

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (node.Outputs.Count != 1 || node.Domain.Length > 0 || node.Subgraphs.Any())
        {
            return RuleOutcome.Irrelevant;
        }

        Value output = node.Outputs[0];
        if (node.OpType == "Constant")
        {
            return ConstantContents(node) is { } contents
                ? Replace(output, contents)
                : RuleOutcome.Miss(node, "its contents are of a kind that no initializer holds");
        }

        if (InferredContents(output, context) is { } inferred)
        {
            return Replace(output, inferred);
        }

        if (
            !ConstantEvaluator.Knows(node)
            || node.Inputs.Any(input => input is not null && RewriteContext.ConstantOf(input) is null)
            || node.Inputs.Count == 0
        )
        {
            return RuleOutcome.Irrelevant;
        }

        return Evaluate(node, output);
    }

    private static RuleOutcome Evaluate(Node node, Value output)
    {
        TensorData?[] inputs = [.. node.Inputs.Select(RewriteContext.ConstantOf)];
        if (inputs.Any(input => input?.ByteLength > Array.MaxLength))
        {
            return RuleOutcome.Miss(node, "an input is larger than one piece of memory");
        }

        // Counts each constant once, even if the node reads it twice.
        long inputBytes = node.Inputs.OfType<Value>().Distinct().Sum(input => RewriteContext.ConstantOf(input)?.ByteLength ?? 0);
        bool isStatic = output.TensorType is { Shape: { } known } && known.TryGetConstants(out _);
        if (!isStatic)
        {
            return RuleOutcome.Miss(node, "the shape of its result is not inferred, so its size cannot be bounded");
        }

        _ = output.TensorType!.Shape!.TryGetConstants(out ImmutableArray<long> shape);
        ElementType type = output.TensorType.ElementType;
        long count = shape.Any(length => length < 0)
            ? long.MaxValue
            : shape.Aggregate(1L, (product, length) => Math.Min(product * Math.Min(length, int.MaxValue), int.MaxValue));
        long bytes = type.ByteLength(Math.Min(count, int.MaxValue));
        if (bytes - inputBytes > MaxGrowth)
        {
            return RuleOutcome.Miss(node, $"its result of {bytes} bytes would add more than {MaxGrowth} to the model");
        }

        if (bytes > MaxHeldBytes && inputs.All(input => input is null || ConstantTensor.Supports(input.ElementType)))
        {
            return Replace(output, TensorData.Lazy(type, shape.AsSpan(), destination => Produce(node, inputs).CopyTo(destination)));
        }

        TensorData? result = ConstantEvaluator.Evaluate(node, inputs);
        return result is null
            ? RuleOutcome.Miss(node, "its operator, types or attributes are beyond the evaluator")
            : Replace(output, result);
    }

    private static TensorData Produce(Node node, TensorData?[] inputs) =>
        ConstantEvaluator.Evaluate(node, inputs)
        ?? throw new OnnxException(
            DiagnosticIds.PassBrokeGraph,
            found: $"no result for {node.Describe()} while writing it",
            expected: "a result of the inferred shape: the node's inputs do not fit its operator",
            advice: "Correct the node"
        );

    private static RuleOutcome Replace(Value output, TensorData data) =>
        new PatchBuilder().Replace(output, PatchBuilder.Constant(output.Name, data)).Build();

    private static TensorData? ConstantContents(Node node)
    {
        Attribute? attribute = node.Attributes.FirstOrDefault();
        return attribute switch
        {
            { Reference: not null } => null,
            { Name: "value", Kind: AttributeKind.Tensor } => attribute.Tensor,
            { Name: "value_int", Kind: AttributeKind.Int } => TensorData.Scalar(attribute.Int),
            { Name: "value_float", Kind: AttributeKind.Float } => TensorData.Scalar(attribute.Float),
            { Name: "value_ints", Kind: AttributeKind.Ints } => TensorData.FromArray<long>([.. attribute.Ints], attribute.Ints.Length),
            { Name: "value_floats", Kind: AttributeKind.Floats } => TensorData.FromArray<float>(
                [.. attribute.Floats],
                attribute.Floats.Length
            ),
            _ => null,
        };
    }

    private static TensorData? InferredContents(Value output, RewriteContext context)
    {
        if (
            !context.TryGetInt64s(output, out long[]? numbers)
            || output.TensorType is not { } type
            || !ConstantTensor.Supports(type.ElementType)
            || type.ElementType.IsFloatingPoint
        )
        {
            return null;
        }

        SymbolicTensor symbols = context.Elements[output];
        return ConstantTensor.Of(type.ElementType, [.. symbols.Shape.Select(length => (long)length)], numbers).ToData();
    }
}
