using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>x + block(x): a dilated convolution of kernel length 7 and one of length 1. Every encoder block has three, and every decoder
/// block of DAC. Source: lac 7761206, <c>EncoderLayer</c>; dac 1.0.0, <c>ResidualUnit</c>.</summary>
internal sealed class ResidualUnit : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public ResidualUnit(int channels, int dilation)
        : base(nameof(ResidualUnit))
    {
        block = nn.Sequential(
            new Snake1d(channels),
            nn.Conv1d(channels, channels, 7, dilation: dilation, padding: 3 * dilation),
            new Snake1d(channels),
            nn.Conv1d(channels, channels, 1)
        );
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using Tensor change = block.forward(x);
        return x + change;
    }
}
