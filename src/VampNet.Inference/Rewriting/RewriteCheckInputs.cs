using System.Collections.Immutable;
using VampNet.Inference.Inputs;

namespace VampNet.Inference.Rewriting;

/// <summary>The user's inputs for the check of a rewritten graph.</summary>
public sealed record RewriteCheckInputs
{
    /// <summary>Types, sizes and ranges of generated inputs.</summary>
    public ImmutableArray<InputSpec> Specs { get; init; } = [];

    /// <summary>Inputs to compare the graphs on first, such as from files; the first few count.</summary>
    public ImmutableArray<ModelSample> Samples { get; init; } = [];
}
