namespace VampNet.Export;

/// <summary>An export was refused, or could not be completed; nothing was left under its final name.</summary>
/// <param name="id">The stable id: see <see cref="ExportErrorIds"/>.</param>
/// <param name="message">What was found, where, what was expected, and what to do.</param>
/// <param name="innerException">The lower-level cause, if any.</param>
public sealed class ExportException(string id, string message, Exception? innerException = null)
    : Exception($"{id}: {message}", innerException)
{
    /// <summary>The stable id of the kind of error.</summary>
    public string Id { get; } = id;
}
