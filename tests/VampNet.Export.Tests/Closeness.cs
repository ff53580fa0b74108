namespace VampNet.Export.Tests;

/// <summary>Comparison of a result with what upstream computed.</summary>
internal static class Closeness
{
    /// <summary>Asserts that shapes are equal and that every element is finite and within a budget.</summary>
    public static void AssertWithin(double budget, Tensor<float> expected, Tensor<float> actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        AssertWithin(budget, expected.Values, actual.Values);
    }

    /// <summary>Asserts that every element is finite and within a budget.</summary>
    public static void AssertWithin(double budget, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            Assert.True(
                difference <= budget,
                $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}, which differs by {difference:R} > {budget:R}."
            );
        }
    }
}
