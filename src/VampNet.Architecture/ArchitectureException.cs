namespace VampNet.Architecture;

/// <summary>
/// A checkpoint was readable but does not hold the model it should: its configuration is missing or contradictory,
/// its tensors do not match the configuration, or two files do not belong together.
/// </summary>
/// <remarks>The message says what was found, where, what was expected and what to do. <see cref="Id"/> is stable between
/// versions.</remarks>
public sealed class ArchitectureException : Exception
{
    internal ArchitectureException(string id, string message)
        : base($"{id}: {message}") => Id = id;

    /// <summary>The stable identifier of this kind of refusal, such as <c>VNA0201</c>.</summary>
    public string Id { get; }
}
