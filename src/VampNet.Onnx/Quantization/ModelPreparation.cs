using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Folding;
using VampNet.Onnx.Rewriting.Rules;
using VampNet.Onnx.TypeFixing;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Prepares a model for quantizers, without fusions that they would not recognize: types are repaired, opsets below 7 raised,
/// functions inlined, constants folded, weights made visible, other floating-point types than float32 converted, and
/// BatchNormalization and factors put into weights.
/// </summary>
public static class ModelPreparation
{
    // Removing unused nodes does not matter to a quantizer, so it is not reported.
    private const string UnusedPass = "RemoveDeadNodes";

    private static readonly RewritePipeline Widening = PipelineOf(keepFloat16: false);
    private static readonly RewritePipeline KeepingFloat16 = PipelineOf(keepFloat16: true);

    private static RewritePipeline PipelineOf(bool keepFloat16) =>
        new(
            new PipelineStep(
                new InlineFunctionsPass(),
                "weights inside functions are seen only where the body stands in the place of a call"
            ),
            new PipelineStep(
                new RulesPass("FoldConstants", new FoldConstantRule()) { Establishes = GraphProperties.Folded },
                "a weight that is computed from constants is a constant"
            ),
            new PipelineStep(
                new ComputeInFloat32Pass(keepFloat16),
                "integer products are scaled to float32, and have no form for other types"
            ),
            new PipelineStep(
                new RulesPass("ExposeWeights", new EliminateIdentityRule(), new FoldCastWeightRule(), new ConstantRightOperandRule())
                {
                    CountsOn = GraphProperties.Folded,
                },
                "a quantizer knows an activation times a constant of float32"
            ),
            new PipelineStep(new RemoveDeadNodesPass(), "rules ask whether a value has one reader"),
            new PipelineStep(
                new RulesPass("FoldChannels", new FoldAffineRule(), new FoldGemmFactorsRule()) { CountsOn = GraphProperties.Folded },
                "what stands between a product and its reader keeps both from being quantized together"
            )
        );

    /// <summary>Prepares a model in place.</summary>
    /// <param name="model">The model. What computes in float16, bfloat16 or float64 around weights computes in float32 afterwards.</param>
    /// <param name="keepFloat16">Whether float16 stays: weight-only quantization handles it.</param>
    /// <returns>The changes with their numbers; empty if the model is unchanged.</returns>
    /// <exception cref="OnnxException">The model is not valid and cannot be repaired.</exception>
    public static ImmutableArray<string> Prepare(Model model, bool keepFloat16 = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        TypeFixingReport types = TypeFixingPass.Run(model);
        OpsetConversionReport? raised = OpsetConverter.RaiseToOldest(model);
        int renamed = RenameRepeated(model);
        RewriteReport rewrites = (keepFloat16 ? KeepingFloat16 : Widening).Run(model, RewriteTarget.Portable);
        return
        [
            .. types.Repairs.GroupBy(repair => repair.Kind).Select(group => $"{group.Count()} {Describe(group.Key)}"),
            .. raised is null ? [] : new[] { raised.ToString() },
            .. renamed == 0 ? [] : new[] { $"{renamed} values of branches named apart" },
            .. rewrites
                .Records.Where(record => record.Fired && record.Pass != UnusedPass)
                .GroupBy(record => record.Rule)
                .Select(group => $"{group.Count()} {Describe(group.Key)}"),
        ];
    }

    // Two branches or bodies may use one name for two values, but ranges are stored by name.
    private static int RenameRepeated(Model model)
    {
        HashSet<string> seen = [];
        int count = 0;
        foreach (Graph graph in model.Graph.SelfAndSubgraphs())
        {
            foreach (
                Value value in graph
                    .Inputs.Concat(graph.Nodes.SelectMany(node => node.Outputs))
                    .Where(value => value.Name.Length > 0 && !seen.Add(value.Name))
            )
            {
                value.Name = graph.FreshName(value.Name);
                seen.Add(value.Name);
                count++;
            }
        }

        return count;
    }

    private static string Describe(TypeRepairKind kind) =>
        kind switch
        {
            TypeRepairKind.Name => "names made unique",
            TypeRepairKind.OpsetImport => "operator sets imported",
            TypeRepairKind.InitializerInput => "changes from inputs with a default to constants",
            TypeRepairKind.Declaration => "declared types corrected",
            _ => "operands converted",
        };

    private static string Describe(string rule) =>
        rule switch
        {
            "FoldConstant" => "constants folded",
            "EliminateIdentity" => "copies removed",
            "FoldCastWeight" => "weights converted to float32",
            "ConstantRightOperand" => "products turned so that their constant is on the right",
            "float16" or "bfloat16" or "double" => $"products of {rule} computed in float32",
            "FoldAffine" => "factors and shifts put into weights",
            "FoldGemmFactors" => "Gemm factors put into weights",
            _ => $"functions inlined or removed ({rule})",
        };
}
