using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>z [B, latent, T] to audio [B, 1, S] within -1 to 1, S = T * hop, or less where DAC has odd strides. Source: lac 7761206,
/// <c>Decoder</c>; dac 1.0.0, <c>Decoder</c>.</summary>
internal sealed class Decoder : nn.Module<Tensor, Tensor>
{
    private readonly Sequential model;

    public Decoder(CodecConfiguration configuration)
        : base(nameof(Decoder))
    {
        int last = configuration.DecoderDim >> configuration.DecoderRates.Length;
        model = nn.Sequential([
            nn.Conv1d(configuration.LatentDim, configuration.DecoderDim, 7, padding: 3),
            .. configuration.DecoderRates.Select(
                (stride, i) => new DecoderBlock(configuration.Family, configuration.DecoderDim >> i, stride)
            ),
            new Snake1d(last),
            nn.Conv1d(last, 1, 7, padding: 3),
            nn.Tanh(),
        ]);
        RegisterComponents();
    }

    /// <inheritdoc cref="ModuleOutputs.Outputs"/>
    public IEnumerable<Tensor> Outputs(Tensor z) => model.Outputs(z);

    public override Tensor forward(Tensor z) => model.forward(z);
}
