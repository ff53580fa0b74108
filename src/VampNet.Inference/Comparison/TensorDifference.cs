namespace VampNet.Inference.Comparison;

/// <summary>The difference of a tensor from its reference, over all elements.</summary>
/// <param name="Elements">Number of elements compared, at least 1.</param>
/// <param name="NonFinite">Elements that are NaN or infinite on either side. They never agree, not even with each other.</param>
/// <param name="MeanAbsoluteError">Mean of |expected - actual| over the finite elements; NaN when there are none.</param>
/// <param name="Worst">The first non-finite element if there is one, else the first with the largest absolute error.</param>
public sealed record TensorDifference(long Elements, long NonFinite, double MeanAbsoluteError, ElementDifference Worst)
{
    /// <summary>Whether every element is finite and within <paramref name="maxAbsoluteError"/>, inclusive.</summary>
    public bool IsWithin(double maxAbsoluteError) => NonFinite == 0 && Worst.AbsoluteError <= maxAbsoluteError;
}
