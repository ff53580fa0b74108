namespace VampNet.Runtime;

/// <summary>
/// The data given to the runtime is wrong: a file, a signal, codes, a mask or a model. The message says what was found, where, what was
/// expected and what to do. <c>docs/errors/runtime.md</c> lists every id.
/// </summary>
public sealed class RuntimeException : Exception
{
    /// <summary>Creates the error <paramref name="id"/>, for example <c>VNR0101</c>.</summary>
    public RuntimeException(string id, string message, Exception? innerException = null)
        : base($"{id}: {message}", innerException) => Id = id;

    /// <summary>The stable name of this kind of error: <c>VNR</c> and four digits.</summary>
    public string Id { get; }
}
