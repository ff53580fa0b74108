namespace VampNet.Server;

/// <summary>The server cannot run as it is asked to, or refuses a request.</summary>
/// <param name="id">Stable identifier of the error, <c>VNS</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
/// <param name="cause">What led to it.</param>
public sealed class ServerException(string id, string message, Exception? cause = null) : Exception($"{id}: {message}", cause)
{
    /// <summary>Stable identifier of the error, <c>VNS</c> and four digits.</summary>
    public string Id { get; } = id;
}
