using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The codec's tables, one buffer [V, latent] per codebook, named by its index. They are the codec's: training leaves them
/// alone.</summary>
internal sealed class CodebookTables : nn.Module
{
    private readonly Tensor[] _tables;

    public CodebookTables(int codebooks, int vocabularySize, int latentDim)
        : base(nameof(CodebookTables))
    {
        _tables = [.. Enumerable.Range(0, codebooks).Select(_ => zeros(vocabularySize, latentDim))];
        for (int i = 0; i < codebooks; i++)
        {
            register_buffer($"{i}", _tables[i]);
        }
    }

    /// <summary>All tables as one: [C, V, latent].</summary>
    public Tensor Stack() => stack([.. Enumerable.Range(0, _tables.Length).Select(i => get_buffer($"{i}")!)]);
}
