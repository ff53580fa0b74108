using VampNet.Inference.Inspection;
using VampNet.Onnx;
using VampNet.TestSupport;

namespace VampNet.Inference.Tests.Inspection;

public sealed class GraphInspectionTests
{
    [Fact]
    public void Of_ForeignGraph_CountsNodesParametersAndOperators()
    {
        using Model model = ModelReader.Read(Golden.Path("foreign/coarse_torch_export.onnx"));

        GraphInspection facts = GraphInspection.Of(model);

        Assert.Equal((8, "pytorch 1.13.0", 455), (facts.IrVersion, facts.Producer, facts.Nodes));
        Assert.Equal([new("latents", "float[batch, 32, time]")], facts.Inputs);
        Assert.Equal("logits", Assert.Single(facts.Outputs).Name);
        Assert.Equal(new OperatorCount("Constant", 155), facts.Operators[0]);
        Assert.Equal(30_208, facts.Parameters);
        Assert.Equal(4 * 30_208, facts.InitializerBytes);
    }
}
