using VampNet.Inference;
using VampNet.TestSupport;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class GraphSessionTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("checkpoint_zoo/refuse/empty.pth")]
    public void Open_NoGraph_IsRefusedByName(string file)
    {
        InferenceException error = Assert.Throws<InferenceException>(() => GraphSession.Open(Golden.Path(file)));

        Assert.Equal("VNI0201", error.Id);
        Assert.Contains(Golden.Path(file), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GraphOfAnotherContract_IsRefused()
    {
        using GraphSession session = GraphSession.Open(Golden.Path("foreign/coarse_torch_export.onnx"));

        InferenceException error = Assert.Throws<InferenceException>(() => session.Run(new CodesTensor(new long[4], 1, 4, 1)));

        Assert.Equal("VNI0202", error.Id);
    }
}
