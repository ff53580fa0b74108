using VampNet.Onnx;
using VampNet.Onnx.Rewriting;
using VampNet.TestSupport;

namespace VampNet.Export.Tests;

/// <summary>Compares the rewritten graph of another exporter with the graph that we emit for the same module.</summary>
public class RewrittenForeignGraphTests
{
    /// <summary>How many times our nodes the rewritten graph may have; it computes the position buckets by a logarithm, ours by a
    /// table.</summary>
    private const double NodeBudget = 1.3;

    [Theory]
    [InlineData("coarse", ExportTarget.Portable, RewriteTarget.Portable)]
    [InlineData("coarse", ExportTarget.OnnxRuntime, RewriteTarget.OnnxRuntime)]
    [InlineData("c2f", ExportTarget.Portable, RewriteTarget.Portable)]
    [InlineData("c2f", ExportTarget.OnnxRuntime, RewriteTarget.OnnxRuntime)]
    public void Optimize_ForeignTransformer_HasFewMoreNodesThanOurs(string name, ExportTarget target, RewriteTarget rewriteTarget)
    {
        using Model foreign = ModelReader.Read(Golden.Path($"foreign/{name}_torch_export.onnx"));
        using Model ours = TransformerEmitter.Emit(
            GoldenModels.Transformer($"micro/{name}"),
            new ExportOptions { Opset = foreign.Opset, Target = target }
        );
        int nodes = ModelOptimizer.Optimize(foreign, rewriteTarget).Rewrites.NodesAfter;
        Assert.InRange(nodes, 1, (int)(NodeBudget * ours.Graph.Nodes.Count));
    }
}
