namespace VampNet.Validation.Folders;

/// <summary>Converts the progress of a share of the work to the progress of the whole.</summary>
/// <param name="progress">Receives the progress of the whole; may be null.</param>
/// <param name="from">The fraction of the whole that is done before.</param>
/// <param name="to">The fraction that is done after it.</param>
internal sealed class ProgressShare(IProgress<VerificationProgress>? progress, double from, double to) : IProgress<VerificationProgress>
{
    /// <inheritdoc/>
    public void Report(VerificationProgress value) => progress?.Report(value with { Fraction = from + (value.Fraction * (to - from)) });
}
