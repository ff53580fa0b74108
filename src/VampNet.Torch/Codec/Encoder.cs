using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>audio [B, 1, S], S a multiple of the hop, to z [B, latent, S / hop]. LAC and DAC share it. Source: lac 7761206,
/// <c>Encoder</c>; dac 1.0.0, <c>Encoder</c>.</summary>
internal sealed class Encoder : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public Encoder(CodecConfiguration configuration)
        : base(nameof(Encoder))
    {
        block = nn.Sequential([
            nn.Conv1d(1, configuration.EncoderDim, 7, padding: 3),
            .. configuration.EncoderRates.Select((stride, i) => new EncoderBlock(configuration.EncoderDim << i, stride)),
            new Snake1d(configuration.EncoderWidth),
            nn.Conv1d(configuration.EncoderWidth, configuration.LatentDim, 3, padding: 1),
        ]);
        RegisterComponents();
    }

    /// <inheritdoc cref="ModuleOutputs.Outputs"/>
    public IEnumerable<Tensor> Outputs(Tensor audio) => block.Outputs(audio);

    public override Tensor forward(Tensor audio) => block.forward(audio);
}
