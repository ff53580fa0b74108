using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests;

/// <summary>A model that knows, at each of its passes, whether generation has taken exactly the draws that upstream took in the steps
/// before.</summary>
/// <param name="model">What computes.</param>
/// <param name="draws">What upstream recorded: in each step a draw of noise for every token, unless the step takes the likeliest, then one
/// of uniforms.</param>
internal sealed class WatchedTokenModel(ITokenModel model, RecordedDraws draws) : ITokenModel
{
    public int Codebooks => model.Codebooks;

    public int ConditioningCodebooks => model.ConditioningCodebooks;

    public int VocabularySize => model.VocabularySize;

    public ISamplingStep? SamplingStep => model.SamplingStep;

    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        draws.BeginStep(codes.Batch, codes.Frames * (Codebooks - ConditioningCodebooks));
        model.ComputeLogits(codes, logits, cancellationToken);
    }
}
