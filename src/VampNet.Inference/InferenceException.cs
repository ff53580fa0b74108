namespace VampNet.Inference;

/// <summary>Thrown when a graph or its inputs cannot be used: the graph does not load or run, or no inputs can be made for it.</summary>
public sealed class InferenceException : Exception
{
    /// <summary>Creates an error from its parts, none of which ends in a full stop.</summary>
    /// <param name="id">Stable identifier of the error, <c>VNI</c> and four digits.</param>
    /// <param name="found">Finding and its place; the message puts Found before it.</param>
    /// <param name="expected">Expectation; the message puts Expected before it.</param>
    /// <param name="advice">Remedy for the user; null if there is none.</param>
    /// <param name="cause">The exception of another library; null if this one found the error.</param>
    public InferenceException(string id, string found, string expected, string? advice = null, Exception? cause = null)
        : base(ErrorText.Compose(id, found, expected, advice), cause) => (Id, Found, Expected, Advice) = (id, found, expected, advice);

    /// <summary>Creates an error from a message that another layer has composed.</summary>
    /// <param name="id">Stable identifier of the error, <c>VNI</c> and four digits.</param>
    /// <param name="message">The whole message: "Found", "Expected" and what to do.</param>
    /// <param name="cause">The exception of another library; null if this one found the error.</param>
    public InferenceException(string id, string message, Exception? cause = null)
        : base($"{id}: {message}", cause)
    {
        Id = id;
        (Found, Expected, Advice) = ErrorText.Split(message);
    }

    /// <summary>Stable identifier of the error, <c>VNI</c> and four digits.</summary>
    public string Id { get; }

    /// <summary>Finding and its place, without the word Found.</summary>
    public string Found { get; }

    /// <summary>Expectation, without the word Expected.</summary>
    public string Expected { get; }

    /// <summary>Remedy for the user; null if there is none.</summary>
    public string? Advice { get; }
}
