namespace VampNet.Validation.Folders;

/// <summary>Converts the progress of one part of the work to that of the whole.</summary>
/// <param name="progress">Receives the progress of the whole; may be null.</param>
/// <param name="file">The graph, or the music, that this part is about.</param>
/// <param name="done">How many parts are done before it.</param>
/// <param name="parts">Number of parts, assumed to take equal time.</param>
internal sealed class ProgressPart(IProgress<VerificationProgress>? progress, string file, double done, double parts) : IProgress<double>
{
    /// <inheritdoc/>
    public void Report(double value) => progress?.Report(new VerificationProgress(file, (done + value) / parts));
}
