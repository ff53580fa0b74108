using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>Residual layers of one kernel length and growing dilation. Source: lac 7761206, <c>ResidualBlock</c>.</summary>
internal sealed class ResidualStack : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public ResidualStack(int channels, int kernel)
        : base(nameof(ResidualStack))
    {
        block = nn.Sequential([.. CodecManifest.DecoderDilations.Select(dilation => new ResidualLayer(channels, kernel, dilation))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => block.forward(x);
}
