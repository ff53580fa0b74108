namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Computes a node whose inputs are constants. Unsupported nodes stay in the graph; nothing is approximated.</summary>
internal static class ConstantEvaluator
{
    private delegate ConstantTensor? Evaluation(Node node, IReadOnlyList<ConstantTensor?> inputs);

    private static readonly Dictionary<string, Evaluation> Evaluations = new(StringComparer.Ordinal)
    {
        ["Identity"] = (_, inputs) => inputs[0],
        ["Cast"] = (node, inputs) =>
            ConstantTensor.Supports((ElementType)node.Attributes.GetInt("to"))
                ? inputs[0]!.Cast((ElementType)node.Attributes.GetInt("to"))
                : null,
        ["Add"] = (_, inputs) => ElementwiseEvaluation.Binary(inputs, (a, b) => a + b, (a, b) => a + b),
        ["Sub"] = (_, inputs) => ElementwiseEvaluation.Binary(inputs, (a, b) => a - b, (a, b) => a - b),
        ["Mul"] = (_, inputs) => ElementwiseEvaluation.Binary(inputs, (a, b) => a * b, (a, b) => a * b),
        ["Div"] = (_, inputs) => ElementwiseEvaluation.Divide(inputs),
        ["Pow"] = (_, inputs) => ElementwiseEvaluation.Square(inputs),
        ["Equal"] = (_, inputs) => ElementwiseEvaluation.Compare(inputs, (a, b) => a == b, (a, b) => a == b),
        ["Less"] = (_, inputs) => ElementwiseEvaluation.Compare(inputs, (a, b) => a < b, (a, b) => a < b),
        ["LessOrEqual"] = (_, inputs) => ElementwiseEvaluation.Compare(inputs, (a, b) => a <= b, (a, b) => a <= b),
        ["Greater"] = (_, inputs) => ElementwiseEvaluation.Compare(inputs, (a, b) => a > b, (a, b) => a > b),
        ["GreaterOrEqual"] = (_, inputs) => ElementwiseEvaluation.Compare(inputs, (a, b) => a >= b, (a, b) => a >= b),
        ["And"] = (_, inputs) => ElementwiseEvaluation.Binary(inputs, null, (a, b) => a & b),
        ["Or"] = (_, inputs) => ElementwiseEvaluation.Binary(inputs, null, (a, b) => a | b),
        ["Not"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, null, a => 1 - a),
        ["Neg"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, a => -a, a => -a),
        ["Abs"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, Math.Abs, a => a < 0 ? -a : a),
        ["Sqrt"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, Math.Sqrt, null),
        ["Reciprocal"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, a => 1 / a, null),
        ["Floor"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, Math.Floor, null),
        ["Ceil"] = (_, inputs) => ElementwiseEvaluation.Unary(inputs[0]!, Math.Ceiling, null),
        ["Where"] = (_, inputs) => ElementwiseEvaluation.Where(inputs),
        ["Reshape"] = MovementEvaluation.Reshape,
        ["Flatten"] = MovementEvaluation.Flatten,
        ["Squeeze"] = MovementEvaluation.Squeeze,
        ["Unsqueeze"] = MovementEvaluation.Unsqueeze,
        ["Transpose"] = MovementEvaluation.Transpose,
        ["Concat"] = MovementEvaluation.Concat,
        ["Slice"] = MovementEvaluation.Slice,
        ["Gather"] = MovementEvaluation.Gather,
        ["Expand"] = MovementEvaluation.Expand,
        ["ConstantOfShape"] = CreationEvaluation.ConstantOfShape,
        ["Range"] = CreationEvaluation.Range,
        ["Shape"] = CreationEvaluation.Shape,
        ["ReduceSum"] = (node, inputs) => ReductionEvaluation.Reduce(node, inputs, values => values.Sum(), (sum, _) => sum),
        ["ReduceMean"] = (node, inputs) => ReductionEvaluation.Reduce(node, inputs, values => values.Sum(), (sum, count) => sum / count),
        ["ReduceSumSquare"] = (node, inputs) =>
            ReductionEvaluation.Reduce(node, inputs, values => values.Sum(value => value * value), (sum, _) => sum),
        ["ReduceL2"] = (node, inputs) =>
            ReductionEvaluation.Reduce(node, inputs, values => values.Sum(value => value * value), (sum, _) => Math.Sqrt(sum)),
    };

    /// <summary>Whether a node's operator can be computed at all.</summary>
    public static bool Knows(Node node) => node.Domain.Length == 0 && node.Outputs.Count == 1 && Evaluations.ContainsKey(node.OpType);

    /// <summary>Computes the node's result; null when the operator, a type or an attribute is not supported, or the inputs do not fit
    /// it.</summary>
    public static TensorData? Evaluate(Node node, IReadOnlyList<TensorData?> inputs)
    {
        if (!Knows(node) || inputs.Any(input => input is not null && !ConstantTensor.Supports(input.ElementType)))
        {
            return null;
        }

        int required = RequiredInputs(node.OpType);
        if (inputs.Count < required || inputs.Take(required).Contains(null))
        {
            return null;
        }

        ConstantTensor?[] tensors = [.. inputs.Select(input => input is null ? null : ConstantTensor.Of(input))];
        return Evaluations[node.OpType](node, tensors)?.ToData();
    }

    /// <summary>Number of required inputs of an operator. An invalid graph may lack them.</summary>
    private static int RequiredInputs(string opType) =>
        opType switch
        {
            "Add" or "Sub" or "Mul" or "Div" or "Pow" => 2,
            "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "And" or "Or" => 2,
            "Reshape" or "Gather" or "Expand" => 2,
            "Where" or "Range" => 3,
            _ => 1,
        };
}
