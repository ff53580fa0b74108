using System.Collections.Immutable;

namespace VampNet.Architecture;

/// <summary>
/// A transformer whose every parameter was found: LoRA merged, weight norm folded, the codec's tables included.
/// Immutable; valid while its checkpoints are open.
/// </summary>
public sealed class BoundTransformer
{
    internal BoundTransformer(
        TransformerConfiguration configuration,
        IReadOnlyDictionary<string, BoundWeight> weights,
        BindingLedger ledger,
        ImmutableArray<string> ignoredKeys
    ) => (Configuration, Weights, Ledger, IgnoredKeys) = (configuration, weights, ledger, ignoredKeys);

    /// <summary>The configuration the checkpoint states.</summary>
    public TransformerConfiguration Configuration { get; }

    /// <summary>
    /// The weights by name; names and shapes are those of <see cref="TransformerManifest.Merged"/>. The classifier's rows are
    /// in upstream's order: row r is vocabulary entry r / P of codebook r % P.
    /// </summary>
    public IReadOnlyDictionary<string, BoundWeight> Weights { get; }

    /// <summary>The use of every checkpoint tensor.</summary>
    public BindingLedger Ledger { get; }

    /// <summary>Keys of <c>metadata.kwargs</c> that were not needed.</summary>
    public ImmutableArray<string> IgnoredKeys { get; }
}
