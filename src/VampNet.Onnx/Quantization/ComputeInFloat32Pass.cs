using System.Collections.Immutable;
using VampNet.Onnx.Rewriting;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Has graphs of other floating-point types compute in float32 what integers will replace, with Cast where the types meet; inputs and
/// outputs of the model keep their types. Of float16 and bfloat16 every known operator is converted: float32 holds all their numbers, and
/// ONNX Runtime's processor kernels compute in it anyway. Of float64 only products with constant weights are, and what is computed from
/// their results and constants alone, whose errors are those of the products.
/// </summary>
/// <param name="keepFloat16">Whether float16 stays, for schemes that handle it.</param>
internal sealed class ComputeInFloat32Pass(bool keepFloat16) : RewritePass
{
    /// <summary>Metadata key of a model whose constants were of a shorter type: that type's ONNX name.</summary>
    public const string SourceTypeKey = "vampnet.quantization.source_type";

    // Operators beside those that compute in float16 of which one type holds for all floating-point operands and results.
    private static readonly ImmutableHashSet<string> Further =
    [
        "BatchNormalization",
        "GroupNormalization",
        "LpNormalization",
        "Resize",
        "Upsample",
        "GlobalMaxPool",
        "HardSwish",
        "Mish",
        "Celu",
        "ThresholdedRelu",
        "Swish",
        "Round",
        "Floor",
        "Ceil",
        "Sign",
        "CumSum",
        "TopK",
        "ArgMax",
        "ArgMin",
        "ReduceProd",
        "ReduceL1",
        "ReduceLogSum",
        "ReduceLogSumExp",
        "Less",
        "LessOrEqual",
        "Greater",
        "GreaterOrEqual",
        "Equal",
        "ScatterND",
        "ScatterElements",
        "GatherND",
        "Trilu",
        "Dropout",
    ];

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Rounded;

    /// <inheritdoc/>
    public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(records);
        bool modified = false;
        foreach (ElementType type in (ElementType[])[ElementType.Float16, ElementType.BFloat16, ElementType.Double])
        {
            if ((keepFloat16 && type == ElementType.Float16) || !Nodes(model).Any(node => IsProduct(node, type)))
            {
                continue;
            }

            // Behind an operator that inference does not know, a product's type is unknown, and it stays as it is.
            ShapeInferencePass.Run(model);
            ImmutableArray<Node> products = [.. Nodes(model).Where(node => IsProduct(node, type) && IsKnown(node))];
            if (products.IsEmpty)
            {
                continue;
            }

            ConstantLifting.Lift(model);
            ShapeInferencePass.Run(model);
            HashSet<Node> converted = type == ElementType.Double ? Following(model, products) : [.. Nodes(model).Where(IsKnown)];
            List<(string Name, Value Constant)> constants = [];
            new ComputeTypeChange(type, ElementType.Float, converted.Contains, Convert).Convert(model);
            RemoveDetours(model);
            NameAsBefore(model, constants);
            if (type != ElementType.Double)
            {
                model.Metadata[SourceTypeKey] = type.OnnxName;
            }

            foreach (Node product in products)
            {
                records.Add(new RewriteRecord(Name, type.OnnxName, product.Describe(), true, null));
            }

            modified = true;

            Value Convert(Node reader, Value constant)
            {
                Graph graph = constant.Owner!;
                TensorData data = FloatContents.Single(constant.Constant!);
                Value single = graph.AddInitializer(graph.FreshName($"{constant.Name}.float32"), data);
                constants.Add((constant.Name, single));
                return single;
            }
        }

        return modified;
    }

    private static IEnumerable<Node> Nodes(Model model) => model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes);

    private static bool IsProduct(Node node, ElementType type) =>
        (node.Is("MatMul") || node.Is("Gemm") || node.Is("Conv") || node.Is("ConvTranspose") || RecurrentWeight.Is(node))
        && node.Inputs.Take(3).Any(input => RewriteContext.ConstantOf(input) is { Shape.Length: > 1 } data && data.ElementType == type);

    private static bool IsKnown(Node node) =>
        Float16Operators.UnknownType(node) is null
        && (Float16Operators.ReasonAgainst(node) is null || (node.Domain.Length == 0 && Further.Contains(node.OpType)));

    // The products, and nodes in graph order that read results of these and constants, but nothing else of the type.
    private static HashSet<Node> Following(Model model, ImmutableArray<Node> products)
    {
        HashSet<Node> converted = [.. products];
        foreach (Node node in Nodes(model).Where(IsKnown))
        {
            Value[] operands = [.. node.Inputs.OfType<Value>().Where(value => value.TensorType?.ElementType == ElementType.Double)];
            if (
                operands.All(value => value.IsConstant || (value.Producer is { } producer && converted.Contains(producer)))
                && operands.Any(value => !value.IsConstant)
            )
            {
                converted.Add(node);
            }
        }

        return converted;
    }

    // Reports and selections name a weight as the model's maker did, unless its other form is still there.
    private static void NameAsBefore(Model model, List<(string Name, Value Constant)> constants)
    {
        HashSet<string> used = [.. model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Initializers).Select(value => value.Name)];
        foreach ((string name, Value constant) in constants.Where(pair => !used.Contains(pair.Name)))
        {
            constant.Name = name;
        }
    }

    // The model's own conversions to float32 and back are not needed where float32 is there already.
    private static void RemoveDetours(Model model)
    {
        foreach (Node node in Nodes(model).ToArray())
        {
            if (
                node.Is("Cast")
                && node.Outputs[0] is { IsGraphOutput: false } output
                && node.Attributes.GetInt("to", 0) == (long)ElementType.Float
                && node.Inputs[0]?.Producer is { } first
                && first.Is("Cast")
                && first.Inputs[0] is { TensorType.ElementType: ElementType.Float } source
            )
            {
                Graph.ReplaceUses(output, source);
            }
        }
    }
}
