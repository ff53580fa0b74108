using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>A transposed convolution that halves the channels, then the fused residual stacks. Source: lac 7761206, <c>Block</c>.</summary>
internal sealed class DecoderBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public DecoderBlock(int channels, int stride)
        : base(nameof(DecoderBlock))
    {
        block = nn.Sequential(
            new Snake1d(channels),
            nn.ConvTranspose1d(channels, channels / 2, 2 * stride, stride: stride, padding: stride / 2),
            new ReceptiveFieldFusion(channels / 2)
        );
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => block.forward(x);
}
