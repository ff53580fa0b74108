namespace VampNet.Validation.Folders;

/// <summary>A share of a longer piece of work: progress within it becomes that of the whole.</summary>
/// <param name="progress">Told of the whole; may be null.</param>
/// <param name="from">The fraction of the whole that is done before.</param>
/// <param name="to">The fraction that is done after it.</param>
internal sealed class ProgressShare(IProgress<VerificationProgress>? progress, double from, double to) : IProgress<VerificationProgress>
{
    /// <inheritdoc/>
    public void Report(VerificationProgress value) => progress?.Report(value with { Fraction = from + (value.Fraction * (to - from)) });
}
