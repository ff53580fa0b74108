using Microsoft.ML.OnnxRuntime;

namespace VampNet.Inference.Sessions;

/// <summary>The execution provider of sessions that judge and time graphs: the processor, or one that an application adds to their
/// options.</summary>
public sealed class SessionProvider
{
    private readonly Action<SessionOptions> _append;

    /// <param name="description">Its description in records, such as <c>cuda:0 use_tf32=0</c>. Equal texts mean equal settings.</param>
    /// <param name="append">Adds the provider to a session's options; throws if it is unavailable.</param>
    public SessionProvider(string description, Action<SessionOptions> append)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        ArgumentNullException.ThrowIfNull(append);
        (Description, _append) = (description, append);
    }

    /// <summary>The processor, which is always there.</summary>
    public static SessionProvider Processor { get; } = new("cpu", static _ => { });

    /// <summary>Its description in records.</summary>
    public string Description { get; }

    /// <summary>Whether it is the processor.</summary>
    public bool IsProcessor => ReferenceEquals(this, Processor);

    internal void AppendTo(SessionOptions options) => _append(options);
}
