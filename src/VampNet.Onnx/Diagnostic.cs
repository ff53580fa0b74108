namespace VampNet.Onnx;

/// <summary>The severity of a finding.</summary>
public enum Severity
{
    /// <summary>Worth knowing; the graph is valid.</summary>
    Information,

    /// <summary>The graph is usable, but breaks a recommendation or lost something.</summary>
    Warning,

    /// <summary>The graph is not valid.</summary>
    Error,
}

/// <summary>One finding about a graph.</summary>
/// <param name="Id">The stable id, <c>VNO</c> and four digits.</param>
/// <param name="Severity">Severity of the finding.</param>
/// <param name="Message">One or more sentences: the finding and its place, the expectation, and a remedy.</param>
/// <param name="Node">The node's name, or null when the finding is about the graph or model.</param>
public sealed record Diagnostic(string Id, Severity Severity, string Message, string? Node = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant()} {Id}: {Message}";
}
