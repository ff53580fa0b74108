using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Randomness;

public sealed class SeededDrawsTests
{
    [Fact]
    public void FillUniforms_ManyDraws_AreUniformAndNeverTheEnds()
    {
        float[] values = new float[1_000_003];
        new SeededDraws(1).FillUniforms(values);

        Assert.All(values, value => Assert.InRange(value, float.Epsilon, MathF.BitDecrement(1)));
        Assert.Equal(0.5, values.Average(), 2e-3);
        Assert.Equal(1 / 12.0, values.Average(value => (value - 0.5) * (value - 0.5)), 1e-3);
    }

    [Fact]
    public void FillExponentials_ManyRows_HaveMeanAndVarianceOne()
    {
        SeededDraws draws = new(2);
        float[] row = new float[1021];
        List<float> all = [];
        draws.NextTokenDraw(500, row.Length);
        for (int index = 0; index < 500; index++)
        {
            draws.FillExponentials(index, row);
            all.AddRange(row);
        }

        Assert.All(all, value => Assert.True(value > 0));
        Assert.Equal(1, all.Average(), 1e-2);
        Assert.Equal(1, all.Average(value => (value - 1.0) * (value - 1.0)), 2e-2);
    }

    [Fact]
    public void FillExponentials_RowsInAnyOrder_AreTheSame()
    {
        SeededDraws first = new(3),
            second = new(3);
        float[] a = new float[7],
            b = new float[7],
            other = new float[7];
        first.NextTokenDraw(9, 7);
        second.NextTokenDraw(9, 7);
        for (int row = 0; row < 5; row++)
        {
            first.FillExponentials(row, a);
        }

        second.FillExponentials(4, b);

        Assert.Equal(a, b);
        second.FillExponentials(5, other);
        Assert.NotEqual(b, other);
        second.NextTokenDraw(9, 7);
        second.FillExponentials(4, other);
        Assert.NotEqual(b, other);
    }

    [Fact]
    public void NextInteger_ManyDraws_CoverTheRange()
    {
        SeededDraws draws = new(4);
        int[] counts = new int[7];
        for (int count = 0; count < 70_000; count++)
        {
            counts[draws.NextInteger(7)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.Equal(0, draws.NextInteger(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => draws.NextInteger(0));
    }

    [Fact]
    public void SeededDraws_AnotherSeed_GivesOtherDraws()
    {
        float[] a = new float[8],
            b = new float[8],
            c = new float[8];
        new SeededDraws(5).FillUniforms(a);
        new SeededDraws(5).FillUniforms(b);
        new SeededDraws(6).FillUniforms(c);

        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
    }

    [Fact]
    public void FillExponentials_AnyUniform_IsFarFromARoundingThatTheLastBitsDecide()
    {
        // Twice the error of any float64 logarithm in use.
        const double Error = 4e-16;
        int close = 0;
        for (int word = 0; word < 1 << 23; word++)
        {
            double exact = -Math.Log((word + 0.5f) * (1f / (1 << 23)));
            close += (float)(exact * (1 - Error)) == (float)(exact * (1 + Error)) ? 0 : 1;
        }

        Assert.Equal(0, close);
    }

    [Fact]
    public void FillExponentials_Always_RoundsTheLogarithmOfTheUniformsOnce()
    {
        SeededDraws exponential = new(7),
            uniform = new(7);
        float[] row = new float[1000],
            uniforms = new float[1000];
        exponential.NextTokenDraw(1, row.Length);
        exponential.FillExponentials(0, row);
        uniform.FillUniforms(uniforms);

        Assert.Equal(uniforms.Select(value => (float)-Math.Log(value)), row);
    }
}
