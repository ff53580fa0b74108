using VampNet.Files;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.Rewriting;

namespace VampNet.Inference.Rewriting;

/// <summary>
/// The graph that a rewritten one is compared with: the original, or where ONNX Runtime does not load that, a copy with the fewest changes
/// that make it load. First names and declared types are repaired; then an opset that is older than ONNX Runtime's kernels is
/// raised.
/// </summary>
internal sealed class CheckReference : IDisposable
{
    // Every operator of older opsets has a kernel of this one.
    private const int KnownOpset = 17;

    private readonly TemporaryFolder? _folder;

    private CheckReference(GraphSession session, string? changes, TemporaryFolder? folder) =>
        (Session, Changes, _folder) = (session, changes, folder);

    /// <summary>The graph, loaded.</summary>
    public GraphSession Session { get; }

    /// <summary>The changes from the original; null for the original itself.</summary>
    public string? Changes { get; }

    /// <summary>Loads the original, or a copy that loads.</summary>
    /// <exception cref="InferenceException">VNI0201: neither loads; the error is the original's.</exception>
    public static CheckReference Open(string original, SessionProvider provider)
    {
        try
        {
            return new CheckReference(GraphSession.OpenAsWritten(original, provider), null, null);
        }
        catch (InferenceException)
        {
            if ((TryRepaired(original, provider, raise: false) ?? TryRepaired(original, provider, raise: true)) is { } repaired)
            {
                return repaired;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        _folder?.Dispose();
    }

    private static CheckReference? TryRepaired(string original, SessionProvider provider, bool raise)
    {
        TemporaryFolder folder = new();
        try
        {
            using Model model = ModelReader.Read(original);
            _ = ModelOptimizer.Repair(model);
            if (raise && (model.Opset is 0 or >= KnownOpset || OpsetConverter.Convert(model, KnownOpset) is null))
            {
                folder.Dispose();
                return null;
            }

            string path = folder.At("repaired.onnx");
            ModelWriter.Write(model, path, new ExternalDataOptions());
            string changes = raise ? $"names and types repaired and raised to opset {KnownOpset}" : "names and types repaired";
            return new CheckReference(GraphSession.OpenAsWritten(path, provider), changes, folder);
        }
        catch (Exception error) when (error is InferenceException or OnnxException)
        {
            folder.Dispose();
            return null;
        }
    }
}
