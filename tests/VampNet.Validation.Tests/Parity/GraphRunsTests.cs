using VampNet.Inference;
using VampNet.Inference.Sessions;
using VampNet.TestSupport;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class GraphRunsTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("checkpoint_zoo/refuse/empty.pth")]
    public void Open_NoGraph_IsRefusedByName(string file)
    {
        InferenceException error = Assert.Throws<InferenceException>(() => new GraphSession(Golden.Path(file)));

        Assert.Equal("VNI0201", error.Id);
        Assert.Contains(Golden.Path(file), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunCodes_GraphOfAnotherContract_IsRefused()
    {
        using GraphSession session = new(Golden.Path("foreign/coarse_torch_export.onnx"));

        InferenceException error = Assert.Throws<InferenceException>(() => session.RunCodes(new CodesTensor(new long[4], 1, 4, 1)));

        Assert.Equal("VNI0202", error.Id);
    }
}
