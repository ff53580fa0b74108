using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The self-attention of a layer, of either kind.</summary>
internal abstract class SelfAttention(string name) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    /// <summary>The attention of a configuration.</summary>
    /// <param name="configuration">The shape of the model.</param>
    /// <param name="hasBias">Whether this is the first layer, which holds the position bias of all.</param>
    /// <param name="loraRank">The rank of the updates of its linear layers, where its kind has any; 0 for none.</param>
    public static SelfAttention Of(TransformerConfiguration configuration, bool hasBias, int loraRank) =>
        configuration.Attention == AttentionKind.Flash
            ? new FlashAttention(configuration)
            : new RelativeAttention(configuration, hasBias, loraRank);

    /// <summary>The bias that every layer adds to its scores: [H, T, T], or [1] where the kind has none. Only the first layer has
    /// it.</summary>
    public abstract Tensor Bias(long frames, Device device);
}
