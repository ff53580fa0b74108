namespace VampNet.Cli;

/// <summary>A command cannot be carried out with the files and folders it was given.</summary>
/// <param name="id">Stable identifier of the error, <c>VNL</c> and four digits.</param>
/// <param name="message">What was found, where, what was expected and what to do.</param>
internal sealed class CommandException(string id, string message) : Exception($"{id}: {message}")
{
    /// <summary>Stable identifier of the error, <c>VNL</c> and four digits.</summary>
    public string Id { get; } = id;
}
