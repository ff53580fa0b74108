namespace VampNet.Onnx;

/// <summary>The data is wrong: a model, its weights or a graph breaks the ONNX specification, or asks for what is not supported.</summary>
/// <param name="id">The stable id, <c>VNO</c> and four digits: see <see cref="DiagnosticIds"/>.</param>
/// <param name="message">What was found, where, what was expected, and what to do.</param>
/// <param name="innerException">The lower-level cause, if any.</param>
public sealed class OnnxException(string id, string message, Exception? innerException = null)
    : Exception($"{id}: {message}", innerException)
{
    /// <summary>The stable id of the kind of error.</summary>
    public string Id { get; } = id;
}
