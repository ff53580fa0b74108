using TorchSharp;

namespace VampNet.Torch.Tests;

/// <summary>Element-wise comparison that NaN and infinity fail.</summary>
internal static class Closeness
{
    /// <summary>The bound upstream and a module of ours may differ by at a public output: float32 sums in another order.</summary>
    public const double Budget = 1e-4;

    public static void AssertClose(torch.Tensor expected, torch.Tensor actual, double budget = Budget)
    {
        Assert.Equal(expected.shape, actual.shape);
        using torch.Tensor difference = (expected - actual).abs();
        using torch.Tensor within = difference.le(budget).all();
        Assert.True(within.item<bool>(), $"Largest difference {difference.max().item<float>()}, allowed {budget}.");
    }

    public static void AssertEqual(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        using torch.Tensor differing = expected.ne(actual).count_nonzero();
        Assert.Equal(0, differing.item<long>());
    }
}
