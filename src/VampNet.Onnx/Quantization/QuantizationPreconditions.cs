using System.Collections.Immutable;
using System.Globalization;
using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>Steps before and after every quantizer: opset, constants, and the report.</summary>
internal static class QuantizationPreconditions
{
    private const int ShownReasons = 3;
    private const int ShownNodes = 3;

    private static readonly ImmutableHashSet<string> IntegerOperators =
    [
        "DynamicQuantizeLinear",
        "QuantizeLinear",
        "DequantizeLinear",
        "MatMulInteger",
        "ConvInteger",
        "QLinearMatMul",
        "QLinearConv",
        "MatMulNBits",
        "DynamicQuantizeMatMul",
        "MatMulIntegerToFloat",
    ];

    /// <summary>Refuses a model that cannot be quantized, raises its opset where the scheme's operators ask for it, and brings its
    /// constants into one form.</summary>
    /// <returns>Changes by raising the opset; null when it stayed.</returns>
    /// <exception cref="OnnxException">The model is quantized already, or a node has no counterpart in the newer opset.</exception>
    public static OpsetConversionReport? Prepare(Model model, int minimumOpset)
    {
        if (
            model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Nodes)
                .FirstOrDefault(node => IntegerOperators.Contains(node.OpType)) is
            { } node
        )
        {
            throw new OnnxException(
                DiagnosticIds.QuantizedAlready,
                found: $"{node.OpType} at '{node.Name}': the model is quantized already",
                expected: "a model in floating point",
                advice: "Start from the file that this one was made from"
            );
        }

        ConstantLifting.Lift(model);
        if (model.Opset == 0)
        {
            throw new OnnxException(
                DiagnosticIds.OpsetTooOld,
                found: "a model that imports no version of ai.onnx",
                expected: "a version: the operators of a scheme belong to it",
                advice: "Import the version that the model's operators are written in"
            );
        }

        return model.Opset < minimumOpset ? OpsetConverter.Convert(model, minimumOpset) : null;
    }

    /// <summary>Lists what was left alone, and marks the model with the scheme.</summary>
    /// <param name="model">The quantized model.</param>
    /// <param name="opset">Changes by raising the opset; null if it was not raised.</param>
    /// <param name="scheme">The scheme's name.</param>
    /// <param name="effect">Effect of the scheme.</param>
    /// <param name="ranges">The weight ranges of integer products, one per scheme; none if there are no such products.</param>
    /// <exception cref="OnnxException">Nothing was quantized.</exception>
    public static QuantizationReport Conclude(
        Model model,
        OpsetConversionReport? opset,
        string scheme,
        SchemeEffect effect,
        params ReadOnlySpan<WeightRange> ranges
    )
    {
        ImmutableArray<KeptTensor> kept =
        [
            .. FloatConstants(model).Where(value => !effect.Added.Contains(value)).Select(value => Keep(value, effect.ReasonAgainst)),
        ];
        if (effect.Quantized.IsEmpty)
        {
            throw NothingFound(kept, scheme);
        }

        HashSet<string> before = [.. FloatConstants(model).Select(value => value.Name)];
        _ = NarrowStorage.Apply(model, value => !effect.Added.Contains(value));
        Dictionary<string, long> sizes = FloatConstants(model)
            .Where(value => before.Contains(value.Name))
            .ToLookup(value => value.Name)
            .ToDictionary(group => group.Key, group => group.First().Constant!.ByteLength);
        kept = [.. kept.Select(tensor => tensor with { Bytes = sizes.GetValueOrDefault(tensor.Tensor, tensor.Bytes) })];
        model.Metadata[QuantizationReport.SchemeKey] = scheme;
        if (ranges.Length > 0)
        {
            model.Metadata[QuantizationReport.WeightRangeKey] = string.Join(", ", ranges.ToArray().Select(NameOf).Distinct());
        }

        return new QuantizationReport(scheme, effect.Quantized, kept) { Opset = opset, Unseen = effect.Unseen };
    }

    private static IEnumerable<Value> FloatConstants(Model model) =>
        model
            .Graph.SelfAndSubgraphs()
            .SelectMany(graph => graph.Initializers)
            .Where(value => value.Constant is { } data && ConstantLifting.IsFloatingPoint(data));

    // The error with the three reasons that affect the most bytes, and the largest weights.
    private static OnnxException NothingFound(ImmutableArray<KeptTensor> kept, string scheme)
    {
        if (kept.IsEmpty)
        {
            return new OnnxException(
                DiagnosticIds.NothingToQuantize,
                found: "no weight to quantize: the model holds no floating-point constant",
                expected: $"one that {scheme} handles",
                advice: "Nothing would become smaller: use the model as it is"
            );
        }

        IGrouping<string, KeptTensor>[] reasons =
        [
            .. kept.GroupBy(tensor => tensor.OpType.Length == 0 ? tensor.Reason : $"{tensor.OpType}: {tensor.Reason}")
                .OrderByDescending(group => group.Sum(tensor => tensor.Bytes)),
        ];
        IEnumerable<string> shown = reasons.Take(ShownReasons).Select(group => $"{group.Count()} of {group.Key}");
        int more = reasons.Skip(ShownReasons).Sum(group => group.Count());
        IEnumerable<string> wanted = kept.OrderByDescending(tensor => tensor.Bytes)
            .Take(ShownNodes)
            .Select(tensor =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{tensor.Tensor}' ({tensor.Bytes:N0} bytes{(tensor.Node.Length == 0 ? "" : $", node '{tensor.Node}'")})"
                )
            );
        return new OnnxException(
            DiagnosticIds.NothingToQuantize,
            found: $"no weight to quantize among {kept.Length} constants: {string.Join("; ", shown)}"
                + $"{(more == 0 ? "" : $"; {more} for other reasons")}. The largest: {string.Join(", ", wanted)}",
            expected: "a constant that the scheme handles and the selection allows",
            advice: "Widen the selection, or choose another scheme: vampnet inspect says what each takes"
        );
    }

    /// <summary>The error for a weight that holds NaN or infinity.</summary>
    public static OnnxException NotFinite(string name) =>
        new(
            DiagnosticIds.WeightNotFinite,
            found: $"NaN or infinity in the weight '{name}'",
            expected: "finite numbers",
            advice: "Exclude the node that reads it, or repair the model that it came from"
        );

    private static string NameOf(WeightRange range) =>
        range switch
        {
            WeightRange.PairSafe => "pair-safe",
            WeightRange.Full => "full",
            _ => "seven-bit",
        };

    private static KeptTensor Keep(Value value, Func<Node, string> reasonAgainst)
    {
        Node? reader = value.Uses.Select(use => use.Node).FirstOrDefault();
        string reason = reader is null ? "no node reads it" : reasonAgainst(reader);
        return new KeptTensor(value.Name, reader?.Name ?? "", reader?.OpType ?? "", value.Constant!.ByteLength, reason);
    }
}
