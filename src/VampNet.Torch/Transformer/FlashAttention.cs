using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// Bidirectional self-attention without positions: one projection to queries, keys and values, with biases. In float32, where the
/// library that trained it computes in bfloat16 or float16. Source: flash_attn 1.0, <c>FlashMHA</c>; vampnet 72e2675,
/// <c>TransformerLayer</c>.
/// </summary>
internal sealed class FlashAttention : SelfAttention
{
    private readonly int _heads;
    private readonly double _scale;
    private readonly Linear Wqkv;
    private readonly Linear out_proj;
    private readonly Dropout dropout;

    public FlashAttention(TransformerConfiguration configuration)
        : base(nameof(FlashAttention))
    {
        int d = configuration.EmbeddingDim;
        (_heads, _scale) = (configuration.Heads, 1 / Math.Sqrt(configuration.HeadDim));
        Wqkv = nn.Linear(d, 3 * d);
        out_proj = nn.Linear(d, d);
        dropout = nn.Dropout(configuration.Dropout);
        RegisterComponents();
    }

    public override Tensor Bias(long frames, Device device) => zeros(1, device: device);

    /// <summary>x [B, T, D] to [B, T, D]; there is no bias to add to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using DisposeScope scope = NewDisposeScope();
        // Rows of Wqkv: all queries, all keys, all values; within each, head by head.
        Tensor[] parts = Linear(Wqkv, x).view(x.shape[0], x.shape[1], 3, _heads, -1).permute(2, 0, 3, 1, 4).unbind(0);
        Tensor scores = matmul(parts[0] * _scale, parts[1].transpose(-2, -1)).In(ScalarType.Float32);
        Tensor attended = matmul(dropout.forward(scores.softmax(-1)).In(x.dtype), parts[2]);
        return Linear(out_proj, attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private static Tensor Linear(Linear layer, Tensor x) => nn.functional.linear(x, layer.weight!.In(x.dtype), layer.bias!.In(x.dtype));
}
