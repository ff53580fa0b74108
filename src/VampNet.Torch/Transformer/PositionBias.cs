using TorchSharp;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The row of the relative attention bias for each pair of frames, from an integer table that is exact at every
/// length.</summary>
internal static class PositionBias
{
    /// <summary>Buckets int64 [T, T]: row is the query's frame, column the key's.</summary>
    public static Tensor Buckets(long frames, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        const int Reach = RelativePositionBuckets.MaxDistance;
        Tensor table = tensor(RelativePositionBuckets.Table(), dtype: ScalarType.Int64, device: device);
        Tensor position = arange(frames, device: device);
        Tensor relative = position.unsqueeze(0) - position.unsqueeze(1);
        return table[relative.clamp(-Reach, Reach) + Reach].MoveToOuterDisposeScope();
    }
}
