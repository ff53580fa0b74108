using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// Bidirectional self-attention with T5's relative position bias. Nothing is masked. The first layer of a stack holds the
/// bias; every layer adds it. Source: vampnet 72e2675, <c>MultiHeadRelativeAttention</c>.
/// </summary>
internal sealed class RelativeAttention : SelfAttention
{
    private readonly int _heads;
    private readonly double _scale;
    private readonly LoraLinear w_qs;
    private readonly LoraLinear w_ks;
    private readonly LoraLinear w_vs;
    private readonly LoraLinear fc;
    private readonly Dropout dropout;
    private readonly Embedding? relative_attention_bias;

    public RelativeAttention(TransformerConfiguration configuration, bool hasBias, int loraRank)
        : base(nameof(RelativeAttention))
    {
        int d = configuration.EmbeddingDim;
        (_heads, _scale) = (configuration.Heads, 1 / Math.Sqrt(configuration.HeadDim));
        w_qs = new LoraLinear(d, d, loraRank);
        w_ks = new LoraLinear(d, d, rank: 0);
        w_vs = new LoraLinear(d, d, loraRank);
        fc = new LoraLinear(d, d, loraRank);
        dropout = nn.Dropout(configuration.Dropout);
        relative_attention_bias = hasBias ? nn.Embedding(RelativePositionBuckets.Count, _heads) : null;
        RegisterComponents();
    }

    /// <summary>The bias [H, T, T] that every layer adds to its scores. Only the first layer has it.</summary>
    public override Tensor Bias(long frames, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return relative_attention_bias!.forward(PositionBias.Buckets(frames, device)).permute(2, 0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>x [B, T, D] and the bias [H, T, T] to [B, T, D]. Products are computed in x's type, the softmax in float32.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor q = Heads(w_qs.forward(x));
        Tensor k = Heads(w_ks.forward(x));
        Tensor v = Heads(w_vs.forward(x));
        Tensor scores = matmul(q * _scale, k.transpose(-2, -1)).In(ScalarType.Float32).add_(bias);
        Tensor attended = matmul(dropout.forward(scores.softmax(-1)).In(x.dtype), v);
        return fc.forward(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
}
