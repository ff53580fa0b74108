using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// x += attention(norm_1(x)); x += feed_forward(norm_3(x)). There is no norm_2: it belongs to cross-attention, which VampNet
/// does not have. Source: vampnet 72e2675, <c>TransformerLayer</c>.
/// </summary>
internal sealed class TransformerLayer : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly RmsNorm norm_1;
    private readonly SelfAttention self_attn;
    private readonly RmsNorm norm_3;
    private readonly FeedForward feed_forward;
    private readonly Dropout dropout;

    public TransformerLayer(TransformerConfiguration configuration, bool hasBias, int loraRank)
        : base(nameof(TransformerLayer))
    {
        norm_1 = new RmsNorm(configuration.EmbeddingDim);
        self_attn = SelfAttention.Of(configuration, hasBias, loraRank);
        norm_3 = new RmsNorm(configuration.EmbeddingDim);
        feed_forward = new FeedForward(configuration, loraRank);
        dropout = nn.Dropout(configuration.Dropout);
        RegisterComponents();
    }

    /// <summary>The type that attention and feed-forward compute in. What is added up from layer to layer, and the norms, stay in
    /// float32.</summary>
    public ScalarType Type { get; set; } = ScalarType.Float32;

    /// <inheritdoc cref="SelfAttention.Bias"/>
    public Tensor Bias(long frames, Device device) => self_attn.Bias(frames, device);

    /// <summary>x [B, T, D] and the bias [H, T, T], where there is one, to [B, T, D].</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = x + dropout.forward(self_attn.forward(norm_1.forward(x).In(Type), bias));
        return (attended + dropout.forward(feed_forward.forward(norm_3.forward(attended).In(Type)))).MoveToOuterDisposeScope();
    }
}
