namespace VampNet.Inference;

/// <summary>A graph or the inputs for it cannot be used: the graph does not load or run, or no inputs can be made for it.</summary>
/// <param name="id">Stable identifier of the error, <c>VNI</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
/// <param name="cause">What another library threw; null where this one found it.</param>
public sealed class InferenceException(string id, string message, Exception? cause = null) : Exception($"{id}: {message}", cause)
{
    /// <summary>Stable identifier of the error, <c>VNI</c> and four digits.</summary>
    public string Id { get; } = id;
}
