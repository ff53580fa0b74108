namespace VampNet.Validation.Folders;

/// <summary>One of several parts of a piece of work: its own progress becomes that of the whole.</summary>
/// <param name="progress">Told of the whole; may be null.</param>
/// <param name="file">The graph, or the music, that this part is about.</param>
/// <param name="done">How many parts are done before it.</param>
/// <param name="parts">How many there are, of equal length as far as anyone knows.</param>
internal sealed class ProgressPart(IProgress<VerificationProgress>? progress, string file, double done, double parts) : IProgress<double>
{
    /// <inheritdoc/>
    public void Report(double value) => progress?.Report(new VerificationProgress(file, (done + value) / parts));
}
