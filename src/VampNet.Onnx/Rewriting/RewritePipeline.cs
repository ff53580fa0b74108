using System.Collections.Immutable;
using VampNet.Onnx.Rewriting.Folding;
using VampNet.Onnx.Rewriting.Rules;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Rewriting;

/// <summary>The order of the passes, as one list with the reason for each place; it is run again until nothing changes.</summary>
public sealed class RewritePipeline
{
    /// <summary>Largest number of rounds; more mean that two passes undo each other.</summary>
    public const int MaxRounds = 16;

    /// <summary>Creates a pipeline of the given steps.</summary>
    /// <exception cref="ArgumentException">A pass requires what the ones before it do not ensure.</exception>
    public RewritePipeline(params ImmutableArray<PipelineStep> steps)
    {
        GraphProperties held = GraphProperties.Valid | GraphProperties.Typed;
        foreach (PipelineStep step in steps)
        {
            if ((step.Pass.Requires & ~held) is not GraphProperties.None and var lacking)
            {
                throw new ArgumentException($"{step.Pass.Name} requires {lacking}, which no pass before it ensures.", nameof(steps));
            }

            held = (held & ~step.Pass.Invalidates) | step.Pass.Ensures;
        }

        Steps = steps;
    }

    /// <summary>The pipeline of <c>vampnet optimize</c>.</summary>
    public static RewritePipeline Default { get; } =
        new(
            new PipelineStep(
                new InlineFunctionsPass(),
                "first, for every pass below sees the operators that a function is made of, and shapes are known at a call only"
            ),
            new PipelineStep(
                new RulesPass("FoldConstants", new FoldConstantRule()) { Establishes = GraphProperties.Folded },
                "before all patterns, for they look for constants, not for the arithmetic that leads to them"
            ),
            new PipelineStep(
                new RulesPass(
                    "SimplifyShapes",
                    new EliminateIdentityRule(),
                    new ReshapeRule(),
                    new MergeTransposesRule(),
                    new MergeCastsRule(),
                    new MergeSlicesRule(),
                    new UniformWhereRule(),
                    new UniformOperandRule(),
                    new DimensionQueryRule(),
                    new LeadingUnitAxisRule(),
                    new SplitBeforeTransposeRule(),
                    new TransposeIntoTableRule()
                ),
                "fusions match through few operators: take away what only moves elements"
            ),
            new PipelineStep(
                new RulesPass(
                    "SimplifyArithmetic",
                    new EliminateNeutralOperandRule(),
                    new MaskedConstantRule(),
                    new EinsumToMatMulRule(),
                    new SeparateHeadsRule(),
                    new PointwiseConvolutionRule()
                ),
                "fusions match products as MatMul alone"
            ),
            new PipelineStep(
                new RemoveDeadNodesPass(),
                "rules ask whether a value has one reader: take away the readers that do not count"
            ),
            new PipelineStep(
                new RulesPass("FoldChannels", new FoldAffineRule(), new FoldGemmFactorsRule()) { CountsOn = GraphProperties.Folded },
                "before the fusions, which begin behind products with their biases"
            ),
            new PipelineStep(
                new RulesPass("ExpandNormalizations", new ExpandBatchNormalizationRule()) { CountsOn = GraphProperties.Folded },
                "after the ones that go into weights"
            ),
            new PipelineStep(new MergeDuplicatesPass(), "what is computed once is fused once, and one bias serves every layer"),
            new PipelineStep(
                new RulesPass(
                    "FuseOperators",
                    new FuseLayerNormalizationRule(),
                    new FuseInstanceNormalizationRule(),
                    new FoldNormalizationAffineRule(),
                    new FuseRmsNormalizationRule(),
                    new FuseGeluRule(),
                    new FuseSwishRule(),
                    new FuseRotaryEmbeddingRule(),
                    new FuseAttentionRule()
                )
                {
                    CountsOn = GraphProperties.Folded | GraphProperties.Clean,
                },
                "after the patterns have their plainest form"
            ),
            new PipelineStep(
                new RulesPass("FuseResiduals", new FuseSkipNormalizationRule()) { CountsOn = GraphProperties.Folded },
                "after the normalizations that it completes"
            ),
            new PipelineStep(
                new RulesPass("FoldIntoWeights", new FoldScaleRule()) { CountsOn = GraphProperties.Folded },
                "after attention, which takes the scale as an attribute; what is left goes into the weights"
            ),
            new PipelineStep(
                new RulesPass("MergeProjections", new MergeProjectionsRule()) { CountsOn = GraphProperties.Folded },
                "after scales are in the weights, for the way back to a weight ends at a Split"
            ),
            new PipelineStep(
                new RulesPass("ChooseForms", new SquareRule(), new MergeReciprocalRule()),
                "last, for the fusions know powers and reciprocals by their operators"
            )
        );

    /// <summary>The passes in order.</summary>
    public ImmutableArray<PipelineStep> Steps { get; }

    /// <summary>The worst numerical effect of any pass.</summary>
    public NumericalEffect Effect => Steps.IsEmpty ? NumericalEffect.Exact : Steps.Max(step => step.Pass.Effect);

    /// <summary>Rewrites a model in place until nothing changes.</summary>
    /// <param name="model">A valid model.</param>
    /// <param name="target">The operators that may be used.</param>
    /// <exception cref="OnnxException">The model is not valid (VNO03xx), or the passes do not reach a fixed point (<see
    /// cref="DiagnosticIds.NoFixpoint"/>).</exception>
    public RewriteReport Run(Model model, RewriteTarget target)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelVerifier.Require(model);
        ImmutableSortedDictionary<string, int> before = RewriteReport.CountOperators(model);
        List<RewriteRecord> records = [];
        IncrementalInference inference = new(model);
        for (int round = 1; ; round++)
        {
            if (round > MaxRounds)
            {
                throw new OnnxException(
                    DiagnosticIds.NoFixpoint,
                    found: $"the pipeline still changing the model after {MaxRounds} rounds",
                    expected: "a model that no longer changes",
                    advice: "Two passes undo each other: report the model"
                );
            }

            records.RemoveAll(record => !record.Fired);
            if (!RunOnce(model, target, records, inference))
            {
                return new RewriteReport(before, RewriteReport.CountOperators(model), round, EffectOf(records), [.. records]);
            }
        }
    }

    private bool RunOnce(Model model, RewriteTarget target, List<RewriteRecord> records, IncrementalInference inference)
    {
        bool modified = false;
        foreach (PipelineStep step in Steps)
        {
            if (step.Pass is RulesPass rules ? !rules.Run(model, target, records, inference) : !step.Pass.Run(model, target, records))
            {
                continue;
            }

            if (step.Pass is not (RulesPass or RemoveDeadNodesPass))
            {
                inference.InvalidateAll();
            }

            modified = true;
            if (ModelVerifier.Verify(model).FirstOrDefault(finding => finding.Severity == Severity.Error) is { } finding)
            {
                throw new OnnxException(
                    DiagnosticIds.PassBrokeGraph,
                    found: $"an invalid graph after the pass {step.Pass.Name}: {finding}",
                    expected: "a valid graph",
                    advice: "This is a fault of the pass: report the model"
                );
            }
        }

        return modified;
    }

    private NumericalEffect EffectOf(List<RewriteRecord> records)
    {
        HashSet<(string, string)> fired = [.. records.Where(record => record.Fired).Select(record => (record.Pass, record.Rule))];
        IEnumerable<NumericalEffect> effects = Steps.SelectMany(step =>
            step.Pass is RulesPass rules ? rules.Rules.Where(rule => fired.Contains((rules.Name, rule.Name))).Select(rule => rule.Effect)
            : fired.Any(pair => pair.Item1 == step.Pass.Name) ? [step.Pass.Effect]
            : []
        );
        return effects.DefaultIfEmpty(NumericalEffect.Exact).Max();
    }
}

/// <summary>A pass at its place in a pipeline.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Reason">The reason for its place.</param>
public sealed record PipelineStep(RewritePass Pass, string Reason);
