using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests;

/// <summary>The draws upstream made while a golden file was recorded, in their order.</summary>
internal sealed class RecordedDraws(GoldenTensors golden) : IRandomDraws
{
    private int _tokenDraws,
        _maskDraws;
    private float[] _exponentials = [];

    /// <summary>Steps begun.</summary>
    public int Steps { get; private set; }

    public bool Exhausted => !golden.Has($"token_exponential.{_tokenDraws}") && !golden.Has($"mask_uniform.{_maskDraws}");

    /// <summary>Expects that every step before has taken its draws, and that upstream's next draws are for as many tokens as this step
    /// has.</summary>
    public void BeginStep(int batch, int tokensPerPiece)
    {
        Assert.Equal(Steps, _maskDraws);
        Assert.Equal(_tokenDraws, Enumerable.Range(0, Steps).Count(step => golden.Has($"token_exponential.{step}")));
        Assert.Equal([batch, tokensPerPiece], golden.Shape($"mask_uniform.{Steps}"));
        Steps++;
    }

    public void FillUniforms(Span<float> destination)
    {
        float[] recorded = golden.Singles($"mask_uniform.{_maskDraws++}");
        Assert.Equal(recorded.Length, destination.Length);
        recorded.CopyTo(destination);
    }

    public int NextInteger(int limit) => throw new InvalidOperationException("No integer was recorded.");

    public void NextTokenDraw(int rows, int vocabulary)
    {
        Assert.Equal([rows, vocabulary], golden.Shape($"token_exponential.{_tokenDraws}"));
        _exponentials = golden.Singles($"token_exponential.{_tokenDraws++}");
    }

    public void FillExponentials(int row, Span<float> destination) =>
        _exponentials.AsSpan(row * destination.Length, destination.Length).CopyTo(destination);
}
