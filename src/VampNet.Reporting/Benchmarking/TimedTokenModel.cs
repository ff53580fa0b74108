using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Generation;

namespace VampNet.Reporting.Benchmarking;

/// <summary>A model that measures the time of its forward passes.</summary>
internal sealed class TimedTokenModel(ITokenModel model) : ITokenModel
{
    private long _ticks;

    public int Codebooks => model.Codebooks;

    public int ConditioningCodebooks => model.ConditioningCodebooks;

    public int VocabularySize => model.VocabularySize;

    /// <summary>Seconds within forward passes so far.</summary>
    public double Seconds => (double)_ticks / Stopwatch.Frequency;

    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        model.ComputeLogits(codes, logits, cancellationToken);
        _ticks += Stopwatch.GetTimestamp() - start;
    }
}
