using System.Collections.Immutable;

namespace VampNet.Architecture;

/// <summary>A parameter that a model of a given configuration must have.</summary>
/// <param name="Name">The path in the state dict, as PyTorch writes it.</param>
/// <param name="Shape">The exact shape; every dimension is at least 1.</param>
public sealed record ParameterSpec(string Name, ImmutableArray<int> Shape)
{
    /// <summary>Makes a specification from a name and its dimensions.</summary>
    public static ParameterSpec Of(string name, params ReadOnlySpan<int> shape) => new(name, [.. shape]);

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
