using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>x + block(x): a dilated convolution of kernel length 7 and one of length 1. Source: lac 7761206, <c>EncoderLayer</c>.</summary>
internal sealed class EncoderLayer : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public EncoderLayer(int channels, int dilation)
        : base(nameof(EncoderLayer))
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
