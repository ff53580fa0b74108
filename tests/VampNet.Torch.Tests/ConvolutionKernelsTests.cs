using TorchSharp;
using static TorchSharp.torch;

namespace VampNet.Torch.Tests;

public class ConvolutionKernelsTests
{
    [Fact]
    public void UseNative_OnThisPlatform_FindsTheSwitches() => Assert.True(ConvolutionKernels.UseNative() || !OperatingSystem.IsLinux());

    /// <summary>Channel counts that vector kernels must pad, at a size at which libtorch would choose oneDNN.</summary>
    [Theory]
    [InlineData(12, 12, 3)]
    [InlineData(24, 24, 7)]
    [InlineData(24, 40, 3)]
    [InlineData(31, 20, 2)]
    [InlineData(72, 9, 3)]
    public void Convolution_PaddedChannels_EqualsDoublePrecisionEveryTime(int inputs, int outputs, int kernel)
    {
        ConvolutionKernels.UseNative();
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        Tensor x = rand(1, inputs, 2048) - 0.5,
            w = rand(outputs, inputs, kernel) - 0.5,
            b = rand(outputs) - 0.5;
        Tensor exact = nn.functional.conv1d(x.to(float64), w.to(float64), b.to(float64), padding: kernel / 2);
        // Each of the products and sums may be off by half a unit of its last place, and no sum exceeds a quarter a product.
        int terms = inputs * kernel + 1;
        double bound = terms * Math.ScaleB(1, -24) * terms;
        for (int i = 0; i < 4; i++)
        {
            // Fills memory, which a later result may reuse, with values that must not be read.
            full([64 * 2048], float.NaN).Dispose();
            Tensor result = nn.functional.conv1d(x, w, b, padding: kernel / 2);
            Assert.InRange((result.to(float64) - exact).abs().max().item<double>(), 0, bound);
        }
    }
}
