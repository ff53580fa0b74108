using System.Collections.Immutable;
using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>The ledger entry of one checkpoint tensor: its parameter and transforms, or the reason why it was ignored.</summary>
/// <param name="Origin">The file that holds it: <c>transformer</c>, <c>codec</c> or <c>lora</c>.</param>
/// <param name="Tensor">The tensor, readable while its checkpoint is open.</param>
/// <param name="Destinations">The weights it is part of, by name; empty when it is ignored.</param>
/// <param name="Transforms">Transforms applied to the tensor, in order.</param>
/// <param name="IgnoredBecause">Reason why it is not used; null when it is used.</param>
public sealed record LedgerRow(
    string Origin,
    CheckpointTensor Tensor,
    ImmutableArray<string> Destinations,
    ImmutableArray<string> Transforms,
    string? IgnoredBecause = null
)
{
    /// <summary>The file it lies in, as <see cref="CheckpointName"/> calls it.</summary>
    public required string File { get; init; }

    /// <summary>The mean of |x| over the elements, accumulated in double; 0 for a tensor without elements. Reads the tensor.</summary>
    public double ComputeMeanAbsolute() => MeanAbsolute.Of(Tensor);

    /// <summary>XXH128 of the elements, contiguous and little endian: 32 lower-case hexadecimal digits. Reads the tensor.</summary>
    public string ComputeXxHash128() => Tensor.ComputeXxHash128();
}
