using VampNet.Inference.Inputs;

namespace VampNet.Inference.Tests.Inputs;

public sealed class SeededInputsTests
{
    [Fact]
    public void Codes_OneSeed_IsFixedForever() =>
        Assert.Equal("0 2 1 1 5 0 4 4", string.Join(" ", SeededInputs.Codes(7, 1, 2, 4, 5, 0.25)));

    [Fact]
    public void Codes_LargeDraw_CoversTheVocabularyAndHoldsTheShareOfMask()
    {
        long[] codes = SeededInputs.Codes(1, 3, 5, 400, 64, 0.25);

        Assert.Equal(Enumerable.Range(0, 65).Select(code => (long)code), codes.Distinct().Order());
        Assert.InRange(codes.Count(code => code == 64) / (double)codes.Length, 0.23, 0.27);
    }

    [Fact]
    public void Codes_OtherSeed_Differs() =>
        Assert.NotEqual(SeededInputs.Codes(1, 1, 2, 20, 64, 0), SeededInputs.Codes(2, 1, 2, 20, 64, 0));

    [Fact]
    public void Audio_AnySize_IsFiniteWithinFullScaleAndNotSilent()
    {
        float[] audio = SeededInputs.Audio(3, 2, 4411, 44100);

        Assert.Equal(2 * 4411, audio.Length);
        Assert.All(audio, sample => Assert.InRange(sample, -1f, 1f));
        Assert.True(audio.Max() > 0.2f);
        Assert.Equal(audio, SeededInputs.Audio(3, 2, 4411, 44100));
    }
}
