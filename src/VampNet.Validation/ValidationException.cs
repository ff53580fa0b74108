namespace VampNet.Validation;

/// <summary>The graphs, checkpoints or budgets given to a validation cannot be judged. A graph that is merely too far off does not throw:
/// it gets a failed verdict.</summary>
/// <param name="id">Stable identifier of the error, <c>VNV</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
/// <param name="cause">What another library threw; null where this one found it.</param>
public sealed class ValidationException(string id, string message, Exception? cause = null) : Exception($"{id}: {message}", cause)
{
    /// <summary>Stable identifier of the error, <c>VNV</c> and four digits.</summary>
    public string Id { get; } = id;
}
