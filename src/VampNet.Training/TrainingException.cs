namespace VampNet.Training;

/// <summary>A model cannot be trained with the recordings, checkpoints or options that were given.</summary>
/// <param name="id">Stable identifier of the error, <c>VNT</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
/// <param name="cause">What another library threw; null where this one found it.</param>
public sealed class TrainingException(string id, string message, Exception? cause = null) : Exception($"{id}: {message}", cause)
{
    /// <summary>Stable identifier of the error, <c>VNT</c> and four digits.</summary>
    public string Id { get; } = id;
}
