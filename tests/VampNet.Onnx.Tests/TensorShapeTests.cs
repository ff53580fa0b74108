using System.Collections.Immutable;

namespace VampNet.Onnx.Tests;

public class TensorShapeTests
{
    private static readonly TensorShape Shape = new(Dim.Symbol("B"), 14, Dim.Symbol("T") * 768);

    [Fact]
    public void ToString_MixedAxes_PrintsEach() => Assert.Equal("[B, 14, T*768]", Shape.ToString());

    [Fact]
    public void Equals_EqualAxes_IsTrue()
    {
        var same = new TensorShape(Dim.Symbol("B"), 14, 768 * Dim.Symbol("T"));
        Assert.Equal(Shape, same);
        Assert.Equal(Shape.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Shape, Shape.With(1, 15));
    }

    [Fact]
    public void ElementCount_MixedAxes_IsTheProduct()
    {
        Assert.Equal("B*T*10752", Shape.ElementCount.ToString());
        Assert.Equal(Dim.One, TensorShape.Scalar.ElementCount);
    }

    [Fact]
    public void TryGetConstants_Static_GivesTheNumbers()
    {
        Assert.True(TensorShape.Of(2, 3, 5).TryGetConstants(out ImmutableArray<long> lengths));
        Assert.Equal([2L, 3L, 5L], lengths);
        Assert.False(Shape.TryGetConstants(out _));
    }

    [Fact]
    public void OfRank_Three_HasThreeDistinctUnknowns() => Assert.Equal(3, TensorShape.OfRank(3).Distinct().Count());

    [Fact]
    public void Index_FromTheEnd_IsTheLastAxis() => Assert.Equal(Dim.Symbol("T") * 768, Shape[^1]);
}
