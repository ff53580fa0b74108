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
        ValidationException error = Assert.Throws<ValidationException>(() => GraphSession.Open(Golden.Path(file)));

        Assert.Equal("VNV0201", error.Id);
        Assert.Contains(Golden.Path(file), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GraphOfAnotherContract_IsRefused()
    {
        using GraphSession session = GraphSession.Open(Golden.Path("foreign/coarse_torch_export.onnx"));

        ValidationException error = Assert.Throws<ValidationException>(() => session.Run(new CodesTensor(new long[4], 1, 4, 1)));

        Assert.Equal("VNV0202", error.Id);
    }
}
