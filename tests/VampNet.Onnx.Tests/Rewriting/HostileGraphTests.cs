using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Folding;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>Small valid graphs that lead a rewriter astray, and damaged ones that must be refused or repaired, never crash it.</summary>
public class HostileGraphTests
{
    public static TheoryData<string, RewriteTarget> Files =>
        [
            .. Directory
                .GetFiles(Golden.Path("hostile"), "*.onnx")
                .SelectMany(path => Enum.GetValues<RewriteTarget>().Select(target => (Path.GetFileName(path), target))),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Optimize_AHostileGraph_IsRefusedOrDone(string file, RewriteTarget target)
    {
        try
        {
            using Model model = ModelReader.Read(Golden.Path($"hostile/{file}"));
            ModelOptimizer.Optimize(model, target);
        }
        catch (OnnxException refusal)
        {
            Assert.NotEqual(DiagnosticIds.PassBrokeGraph, refusal.Id);
        }
    }

    [Theory]
    [InlineData("custom_then_identity.onnx")]
    [InlineData("newop_then_identity.onnx")]
    public void Optimize_IdentityBehindAnUnknownOperator_KeepsTheDeclaredType(string file)
    {
        using Model model = ModelReader.Read(Golden.Path($"hostile/{file}"));
        ValueType? declared = model.Graph.Outputs[0].Type;

        ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType == "Identity");
        Assert.Equal(declared, model.Graph.Outputs[0].Type);
    }

    [Fact]
    public void Optimize_ConcatsThatDouble_StayWithinTheGrowthOfEach()
    {
        using Model model = ModelReader.Read(Golden.Path("hostile/concat_bomb_16.onnx"));
        int folds = model.Graph.Nodes.Count;
        long before = Bytes(model);

        ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.InRange(Bytes(model), 0, before + folds * FoldConstantRule.MaxGrowth);
    }

    [Fact]
    public void Optimize_NodeWithoutOutputs_IsLeftAlone()
    {
        using Model model = ModelReader.Read(Golden.Path("hostile/custom_then_identity.onnx"));
        foreach (string opType in (string[])["Identity", "Cast", "Transpose", "Reshape", "Add", "MatMul", "Conv", "Gather", "Concat"])
        {
            model.Graph.AddNode(opType, [model.Graph.Inputs[0]], []);
        }

        Assert.Null(
            Record.Exception(() => ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime)) is { } error and not OnnxException
                ? error
                : null
        );
    }

    private static long Bytes(Model model) => model.Graph.Initializers.Sum(value => value.Constant!.ByteLength);
}
