using TorchSharp;

namespace VampNet.Torch.Tests;

public sealed class LibTorchTests
{
    [Fact]
    public void Matmul_OnThisMachine_LoadsTheNativeLibrary()
    {
        using torch.Tensor product = torch.arange(6, dtype: torch.float32).reshape(2, 3).matmul(torch.ones(3, 1));

        Assert.Equal([3f, 12f], product.data<float>().ToArray());
    }
}
