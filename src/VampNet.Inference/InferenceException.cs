namespace VampNet.Inference;

/// <summary>Thrown when a graph or its inputs cannot be used: the graph does not load or run, or no inputs can be made for it.</summary>
public sealed class InferenceException : Exception
{
    /// <summary>Creates an error from its parts, none of which ends in a full stop.</summary>
    /// <param name="id">Stable identifier of the error, <c>VNI</c> and four digits.</param>
    /// <param name="found">What was found, and where.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="advice">What the user can do; null if nothing.</param>
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

    /// <summary>What was found, and where.</summary>
    public string Found { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What the user can do; null if nothing.</summary>
    public string? Advice { get; }
}
