using System.Collections.Immutable;

namespace VampNet.Architecture;

/// <summary>A codec whose every parameter was found, weight norm folded. Immutable; valid while its checkpoint is open.</summary>
public sealed class BoundCodec
{
    internal BoundCodec(
        CodecConfiguration configuration,
        IReadOnlyDictionary<string, BoundWeight> weights,
        BindingLedger ledger,
        ImmutableArray<string> ignoredKeys
    ) => (Configuration, Weights, Ledger, IgnoredKeys) = (configuration, weights, ledger, ignoredKeys);

    /// <summary>The configuration the checkpoint states.</summary>
    public CodecConfiguration Configuration { get; }

    /// <summary>The weights by upstream's module path; names and shapes are those of <see cref="CodecManifest.Folded"/>.</summary>
    public IReadOnlyDictionary<string, BoundWeight> Weights { get; }

    /// <summary>The use of every checkpoint tensor.</summary>
    public BindingLedger Ledger { get; }

    /// <summary>Keys of <c>metadata.kwargs</c> that were not needed.</summary>
    public ImmutableArray<string> IgnoredKeys { get; }
}
