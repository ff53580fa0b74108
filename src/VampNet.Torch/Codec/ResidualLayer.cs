using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>x + layer(x): a dilated and a plain convolution of one kernel length. Source: lac 7761206, <c>ResidualLayer</c>.</summary>
internal sealed class ResidualLayer : nn.Module<Tensor, Tensor>
{
    private readonly Sequential layer;

    public ResidualLayer(int channels, int kernel, int dilation)
        : base(nameof(ResidualLayer))
    {
        layer = nn.Sequential(
            new Snake1d(channels),
            nn.Conv1d(channels, channels, kernel, dilation: dilation, padding: (kernel - 1) * dilation / 2),
            new Snake1d(channels),
            nn.Conv1d(channels, channels, kernel, padding: (kernel - 1) / 2)
        );
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using Tensor change = layer.forward(x);
        return x + change;
    }
}
