using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>Three residual units, then a strided convolution that doubles the channels. Source: lac 7761206,
/// <c>EncoderBlock</c>.</summary>
internal sealed class EncoderBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public EncoderBlock(int channels, int stride)
        : base(nameof(EncoderBlock))
    {
        block = nn.Sequential([
            .. CodecManifest.EncoderDilations.Select(dilation => new ResidualUnit(channels, dilation)),
            new Snake1d(channels),
            nn.Conv1d(channels, 2 * channels, 2 * stride, stride: stride, padding: (stride + 1) / 2),
        ]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => block.forward(x);
}
