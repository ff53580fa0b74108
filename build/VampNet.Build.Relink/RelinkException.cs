namespace VampNet.Build.Relink;

/// <summary>A library cannot be read, or cannot be made to load safely. The message says what was found and what to do.</summary>
internal sealed class RelinkException(string id, string message) : Exception(message)
{
    /// <summary>The stable id of the error, for example <c>VNB0003</c>.</summary>
    public string Id { get; } = id;
}
