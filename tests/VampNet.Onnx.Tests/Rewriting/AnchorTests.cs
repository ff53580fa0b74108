using VampNet.Onnx.Rewriting;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.Tests.ShapeInference;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>Rules are tried only at their anchor operators: at any other operator they return Irrelevant.</summary>
public sealed class AnchorTests
{
    public static TheoryData<string> Graphs => IncrementalInferenceTests.Graphs;

    private static RewriteRule[] Rules =>
        [.. RewritePipeline.Default.Steps.SelectMany(step => step.Pass is RulesPass pass ? pass.Rules : [])];

    [Fact]
    public void Anchors_EveryRule_NamesSome() => Assert.All(Rules, rule => Assert.NotEmpty(rule.Anchors));

    [Fact]
    public void Anchors_MostRules_NameTheirOperators() =>
        Assert.Equal(
            ["DimensionQuery", "FoldConstant"],
            Rules.Where(rule => rule.Anchors == RewriteRule.AnyOperator).Select(rule => rule.Name).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Apply_AtAnotherOperator_IsIrrelevant(string graph)
    {
        using Model model = ModelReader.Read(Golden.Path(graph));
        RewriteContext context = new(model, RewriteTarget.OnnxRuntime, ShapeInferencePass.Run(model).Elements);
        foreach (Node node in model.Graph.SelfAndSubgraphs().SelectMany(each => each.Nodes).Where(node => node.Outputs.Count > 0))
        {
            string name = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}::{node.OpType}";
            Assert.All(Rules.Where(rule => !rule.LooksAt(name)), rule => Assert.Same(RuleOutcome.Irrelevant, rule.Apply(node, context)));
        }
    }
}
