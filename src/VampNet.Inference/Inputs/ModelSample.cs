using System.Collections.Immutable;

namespace VampNet.Inference.Inputs;

/// <summary>The inputs of one run of a graph.</summary>
/// <param name="Name">Origin of the sample: a file, or a seed.</param>
/// <param name="Inputs">One for each input of the graph.</param>
public sealed record ModelSample(string Name, ImmutableArray<ModelInput> Inputs)
{
    /// <summary>The true tokens behind the masked ones; null where there are none, as for seeded inputs and for sound.</summary>
    public TokenTargets? Targets { get; init; }
}
