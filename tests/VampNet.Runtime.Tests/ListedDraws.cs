using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests;

/// <summary>Draws that a test writes down; asking for one more than it wrote is an error.</summary>
internal sealed class ListedDraws(float[] uniforms, int[] integers) : IRandomDraws
{
    private int _nextUniform,
        _nextInteger;

    public void FillUniforms(Span<float> destination)
    {
        uniforms.AsSpan(_nextUniform, destination.Length).CopyTo(destination);
        _nextUniform += destination.Length;
    }

    public int NextInteger(int limit)
    {
        Assert.True(integers[_nextInteger] < limit);
        return integers[_nextInteger++];
    }

    public void NextTokenDraw(int rows, int vocabulary) => throw new InvalidOperationException("No token noise is listed.");

    public void FillExponentials(int row, Span<float> destination) => throw new InvalidOperationException("No token noise is listed.");
}
