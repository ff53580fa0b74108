namespace VampNet.Reporting;

/// <summary>Thrown when a report, a baseline or a benchmark cannot be read or made.</summary>
public sealed class ReportingException : Exception
{
    /// <summary>Creates an error from its parts, none of which ends in a full stop.</summary>
    /// <param name="id">Stable identifier of the error, <c>VNP</c> and four digits.</param>
    /// <param name="found">What was found, and where.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="advice">What the user can do; null if nothing.</param>
    /// <param name="cause">The exception of another library; null if this one found the error.</param>
    public ReportingException(string id, string found, string expected, string? advice = null, Exception? cause = null)
        : base(ErrorText.Compose(id, found, expected, advice), cause) => (Id, Found, Expected, Advice) = (id, found, expected, advice);

    /// <summary>Creates an error from a message that another layer has composed.</summary>
    /// <param name="id">Stable identifier of the error, <c>VNP</c> and four digits.</param>
    /// <param name="message">The whole message: "Found", "Expected" and what to do.</param>
    /// <param name="cause">The exception of another library; null if this one found the error.</param>
    public ReportingException(string id, string message, Exception? cause = null)
        : base($"{id}: {message}", cause)
    {
        Id = id;
        (Found, Expected, Advice) = ErrorText.Split(message);
    }

    /// <summary>Stable identifier of the error, <c>VNP</c> and four digits.</summary>
    public string Id { get; }

    /// <summary>What was found, and where.</summary>
    public string Found { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What the user can do; null if nothing.</summary>
    public string? Advice { get; }
}
