using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// Looks codes up in the codec's tables, MASK included, and projects them to the model width.
/// Source: vampnet 72e2675, <c>CodebookEmbedding</c>; its convolution of kernel length 1 is a linear layer here.
/// </summary>
internal sealed class CodebookEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly CodebookTables codebooks;
    private readonly SpecialTokens special;
    private readonly Linear out_proj;

    public CodebookEmbedding(TransformerConfiguration configuration)
        : base(nameof(CodebookEmbedding))
    {
        codebooks = new CodebookTables(configuration.Codebooks, configuration.VocabularySize, configuration.LatentDim);
        special = new SpecialTokens(configuration.Codebooks, configuration.LatentDim);
        out_proj = nn.Linear(configuration.Codebooks * configuration.LatentDim, configuration.EmbeddingDim);
        RegisterComponents();
    }

    /// <summary>codes int64 [B, C, T] to latents [B, C * latent, T].</summary>
    public Tensor Latents(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tables = cat([codebooks.Stack(), special.MASK.unsqueeze(1)], dim: 1);
        (long count, long rows) = (tables.shape[0], tables.shape[1]);
        Tensor flat = codes + arange(count, device: codes.device).mul(rows).view(1, count, 1);
        return tables.flatten(0, 1)[flat].transpose(2, 3).flatten(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>latents [B, C * latent, T] to [B, T, D].</summary>
    public override Tensor forward(Tensor latents)
    {
        using Tensor frames = latents.transpose(1, 2);
        return out_proj.forward(frames);
    }
}
