using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The rows that the model adds to the codec's tables: one for MASK per codebook, [C, latent].</summary>
internal sealed class SpecialTokens : nn.Module
{
    public readonly Parameter MASK;

    public SpecialTokens(int codebooks, int latentDim)
        : base(nameof(SpecialTokens))
    {
        MASK = nn.Parameter(randn(codebooks, latentDim));
        RegisterComponents();
    }
}
