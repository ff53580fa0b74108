using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// w_2(a * gelu(b)) where w_1(x) is split in halves a and b; gelu in its tanh form.
/// Source: vampnet 72e2675, <c>FeedForward</c> and <c>GatedGELU</c>.
/// </summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly LoraLinear w_1;
    private readonly LoraLinear w_2;
    private readonly Dropout drop;

    public FeedForward(TransformerConfiguration configuration, int loraRank)
        : base(nameof(FeedForward))
    {
        int d = configuration.EmbeddingDim;
        w_1 = new LoraLinear(d, 4 * d, loraRank);
        w_2 = new LoraLinear(2 * d, d, loraRank);
        drop = nn.Dropout(configuration.Dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] halves = w_1.forward(x).chunk(2, dim: -1);
        return w_2.forward(drop.forward(halves[0] * TanhGelu(halves[1]))).MoveToOuterDisposeScope();
    }

    private static Tensor TanhGelu(Tensor x) => 0.5 * x * (1 + tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x.pow(3)))));
}
