namespace VampNet.Reporting;

/// <summary>A report, a baseline or a benchmark cannot be read or made.</summary>
/// <param name="id">Stable identifier of the error, <c>VNP</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
/// <param name="cause">What another library threw; null where this one found it.</param>
public sealed class ReportingException(string id, string message, Exception? cause = null) : Exception($"{id}: {message}", cause)
{
    /// <summary>Stable identifier of the error, <c>VNP</c> and four digits.</summary>
    public string Id { get; } = id;
}
