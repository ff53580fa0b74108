using System.Globalization;

namespace VampNet.Inference.Inputs;

/// <summary>The values of an input: from <paramref name="Low"/> to <paramref name="High"/>, both included; one value where they are
/// equal.</summary>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value, not below <paramref name="Low"/>.</param>
public readonly record struct InputRange(double Low, double High)
{
    /// <summary>Whether every element is the same number.</summary>
    public bool IsConstant => Low.Equals(High);

    /// <summary>The range as <c>--input</c> takes it: <c>=16000</c>, or <c>0..1</c>.</summary>
    public override string ToString() =>
        IsConstant ? string.Create(CultureInfo.InvariantCulture, $"={Low}") : string.Create(CultureInfo.InvariantCulture, $"{Low}..{High}");
}
