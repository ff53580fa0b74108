using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>The result of the codec's quantizer. The receiver disposes the tensors.</summary>
/// <param name="Z">The quantized input, float32 [B, latent, T]; gradients pass straight through to the encoder.</param>
/// <param name="Codes">The chosen rows, int64 [B, C, T].</param>
/// <param name="Latents">The projected input of each codebook before the search, one below the other: float32 [B, C * dim, T].</param>
/// <param name="CommitmentLoss">Distance of the projected inputs from their rows, a scalar that trains the encoder.</param>
/// <param name="CodebookLoss">The same distance as a scalar that trains the codebooks.</param>
public sealed record LacQuantization(Tensor Z, Tensor Codes, Tensor Latents, Tensor CommitmentLoss, Tensor CodebookLoss)
{
    internal LacQuantization MoveToOuterDisposeScope()
    {
        foreach (Tensor tensor in new[] { Z, Codes, Latents, CommitmentLoss, CodebookLoss })
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }
}
