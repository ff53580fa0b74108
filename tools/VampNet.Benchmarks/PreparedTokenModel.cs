using VampNet.Runtime;
using VampNet.Runtime.Generation;

namespace VampNet.Benchmarks;

/// <summary>A model that writes the same spread-out logits once for each buffer and then leaves them: all the time left is
/// sampling's.</summary>
internal sealed class PreparedTokenModel(int codebooks, int vocabulary) : ITokenModel
{
    private float[]? _written;

    public int Codebooks => codebooks;

    public int ConditioningCodebooks => 0;

    public int VocabularySize => vocabulary;

    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_written, logits))
        {
            return;
        }

        for (int index = 0; index < logits.Length; index++)
        {
            logits[index] = 3 * MathF.Sin(index * 1.7f);
        }

        _written = logits;
    }
}
