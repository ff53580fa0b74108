using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>
/// One codebook: the row that is nearest by cosine to the projected input, the first of equals; projected back.
/// Source: lac 7761206, <c>VectorQuantize</c>.
/// </summary>
internal sealed class VectorQuantize : nn.Module
{
    private readonly Conv1d in_proj;
    private readonly Conv1d out_proj;
    private readonly Embedding codebook;

    public VectorQuantize(CodecConfiguration configuration)
        : base(nameof(VectorQuantize))
    {
        in_proj = nn.Conv1d(configuration.LatentDim, configuration.CodebookDim, 1);
        out_proj = nn.Conv1d(configuration.CodebookDim, configuration.LatentDim, 1);
        codebook = nn.Embedding(configuration.CodebookSize, configuration.CodebookDim);
        RegisterComponents();
    }

    /// <summary>z [B, latent, T] to the codebook's share of it, its codes int64 [B, T], the input before the search [B, dim, T] and the two
    /// losses.</summary>
    public LacQuantization Quantize(Tensor z)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor latents = in_proj.forward(z);
        Tensor codes = Search(latents);
        Tensor rows = Rows(codes);
        Tensor commitment = nn.functional.mse_loss(latents, rows.detach());
        Tensor codebookLoss = nn.functional.mse_loss(rows, latents.detach());

        // The value of rows, the gradient of latents: the straight-through estimator.
        Tensor quantized = out_proj.forward(latents + (rows - latents).detach());
        return new LacQuantization(quantized, codes, latents, commitment, codebookLoss).MoveToOuterDisposeScope();
    }

    /// <summary>codes int64 [B, T] to the codebook's share of z, [B, latent, T].</summary>
    public Tensor Dequantize(Tensor codes)
    {
        using Tensor rows = Rows(codes);
        return out_proj.forward(rows);
    }

    private Tensor Search(Tensor latents)
    {
        Tensor frames = nn.functional.normalize(latents.transpose(1, 2), dim: -1);
        Tensor rows = nn.functional.normalize(codebook.weight!, dim: -1);
        return matmul(frames, rows.t()).argmax(-1);
    }

    private Tensor Rows(Tensor codes) => codebook.forward(codes).transpose(1, 2);
}
