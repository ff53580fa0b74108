using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests;

/// <summary>A model whose logits a test decides, token by token.</summary>
/// <param name="codebooks">C.</param>
/// <param name="conditioning">C - P.</param>
/// <param name="vocabulary">V.</param>
/// <param name="logit">The logit of a vocabulary entry at a token, numbered as the logits lie.</param>
internal sealed class ScriptedTokenModel(int codebooks, int conditioning, int vocabulary, Func<int, int, float> logit) : ITokenModel
{
    public int Codebooks => codebooks;

    public int ConditioningCodebooks => conditioning;

    public int VocabularySize => vocabulary;

    /// <summary>The codes of every call.</summary>
    public List<TokenGrid<long>> Calls { get; } = [];

    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        Calls.Add(codes.Clone());
        for (int index = 0; index < logits.Length; index++)
        {
            logits[index] = logit(index / vocabulary, index % vocabulary);
        }
    }
}
