using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>Preview of a quantization scheme on a model: the weights it would take and why it would leave the rest, without running or
/// changing the model.</summary>
/// <param name="Scheme">The scheme, as the command spells it.</param>
/// <param name="Weights">Number of constants that it takes.</param>
/// <param name="Bytes">Their size in bytes.</param>
/// <param name="Left">Reasons why it does not quantize the other weights, the most bytes first.</param>
public sealed record SchemeOutlook(string Scheme, int Weights, long Bytes, ImmutableArray<LeftWeights> Left)
{
    /// <summary>Looks at every constant of floating point of a model that was prepared, see <see cref="ModelPreparation"/>.</summary>
    public static ImmutableArray<SchemeOutlook> Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ConstantLifting.Lift(model);
        int divisor = model.Metadata.ContainsKey(ComputeInFloat32Pass.SourceTypeKey) ? 2 : 1;
        (Value Value, Node Node)[] weights =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Initializers)
                .Where(value => value.Constant is { } data && ConstantLifting.IsFloatingPoint(data) && value.Uses.Count > 0)
                .Select(value => (value, value.Uses[0].Node)),
        ];
        return
        [
            Of("dynamic", weights, divisor, (node, value) => ReadsOf(node, value, MatrixWeight.Of(node).Weight?.Value, MatrixReason(node))),
            Of(
                "static",
                weights,
                divisor,
                (node, value) => ReadsOf(node, value, StaticWeight.Of(node).Weight?.Value, StaticWeight.Of(node).Reason)
            ),
            Of(
                "weight-only",
                weights,
                divisor,
                (node, value) => ReadsOf(node, value, MatrixWeight.Of(node).Weight?.Value, MatrixWeight.Of(node).Reason)
            ),
            Of("float16", weights, divisor, (node, value) => divisor > 1 ? "it is 16 bits wide in the file" : HalfReason(node, value)),
        ];
    }

    // The divisor is how many times as large a weight is here as in the file.
    private static SchemeOutlook Of(
        string scheme,
        (Value Value, Node Node)[] weights,
        int divisor,
        Func<Node, Value, string?> reasonAgainst
    )
    {
        ILookup<string, Value> reasons = weights.ToLookup(weight => reasonAgainst(weight.Node, weight.Value) ?? "", weight => weight.Value);
        return new SchemeOutlook(
            scheme,
            reasons[""].Count(),
            reasons[""].Sum(value => value.Constant!.ByteLength / divisor),
            [
                .. reasons
                    .Where(group => group.Key.Length > 0)
                    .Select(group => new LeftWeights(
                        group.Key,
                        group.Count(),
                        group.Sum(value => value.Constant!.ByteLength / divisor),
                        group.MaxBy(value => value.Constant!.ByteLength)!.Name
                    ))
                    .OrderByDescending(left => left.Bytes),
            ]
        );
    }

    private static string? ReadsOf(Node node, Value value, Value? weight, string reason) =>
        weight == value || (RecurrentWeight.Is(node) && RecurrentWeight.Of(node).Contains(value)) ? null
        : weight is not null ? $"{node.OpType}: it is the bias, or an operand beside the weight"
        : $"{node.OpType}: {reason}";

    private static string MatrixReason(Node node) =>
        node.Is("Conv") || node.Is("ConvTranspose")
            ? "convolutions run slower with dynamic INT8; use static"
            : MatrixWeight.Of(node).Reason;

    private static string? HalfReason(Node node, Value value) =>
        value.Constant!.ElementType != ElementType.Float ? $"{node.OpType}: it is {value.Constant.ElementType.OnnxName}, not float"
        : Float16Operators.ReasonAgainst(node) is { } reason ? reason
        : null;
}

/// <summary>Constants that a scheme leaves for one reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Bytes">Their size in bytes.</param>
/// <param name="Largest">The name of the largest.</param>
public sealed record LeftWeights(string Reason, int Weights, long Bytes, string Largest);
