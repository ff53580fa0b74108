using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>A transposed convolution that halves the channels, then LAC's fused residual stacks or DAC's three residual units.
/// Source: lac 7761206, <c>Block</c>; dac 1.0.0, <c>DecoderBlock</c>.</summary>
internal sealed class DecoderBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public DecoderBlock(CodecFamily family, int channels, int stride)
        : base(nameof(DecoderBlock))
    {
        // DAC pads by ceil(stride / 2) and gives no output padding: an odd stride loses one sample of all.
        block = nn.Sequential([
            new Snake1d(channels),
            nn.ConvTranspose1d(channels, channels / 2, 2 * stride, stride: stride, padding: (stride + 1) / 2),
            .. family == CodecFamily.Dac
                ? CodecManifest.EncoderDilations.Select(nn.Module<Tensor, Tensor> (dilation) => new ResidualUnit(channels / 2, dilation))
                : [new ReceptiveFieldFusion(channels / 2)],
        ]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => block.forward(x);
}
