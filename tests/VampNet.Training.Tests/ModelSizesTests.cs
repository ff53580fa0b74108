using VampNet.Architecture;

namespace VampNet.Training.Tests;

public sealed class ModelSizesTests
{
    private static readonly TransformerConfiguration Whole = new()
    {
        Layers = 7,
        Heads = 6,
        EmbeddingDim = 48,
        Codebooks = 14,
        ConditioningCodebooks = 4,
        LatentDim = 8,
        VocabularySize = 64,
    };

    [Theory]
    [InlineData(ModelSize.Same, 7, 6, 48)]
    [InlineData(ModelSize.Small, 7, 3, 24)]
    [InlineData(ModelSize.Shallow, 2, 6, 48)]
    [InlineData(ModelSize.Tiny, 3, 1, 8)]
    public void Scale_BySize_KeepsTheTokensAndTheHeadsWidth(ModelSize size, int layers, int heads, int width)
    {
        TransformerConfiguration scaled = Whole.Scale(size);

        Assert.Equal((layers, heads, width), (scaled.Layers, scaled.Heads, scaled.EmbeddingDim));
        Assert.Equal((14, 4, 64), (scaled.Codebooks, scaled.ConditioningCodebooks, scaled.VocabularySize));
    }

    [Theory]
    [InlineData(2, 6, new[] { 0, 5 })]
    [InlineData(3, 7, new[] { 0, 3, 6 })]
    [InlineData(4, 12, new[] { 0, 4, 7, 11 })]
    [InlineData(1, 4, new[] { 0 })]
    public void LayerOf_AllLayers_AreSpreadFromTheFirstToTheLast(int layers, int deeper, int[] expected)
    {
        Assert.Equal(expected, Enumerable.Range(0, layers).Select(layer => ModelSizes.LayerOf(layer, layers, deeper)));
    }
}
