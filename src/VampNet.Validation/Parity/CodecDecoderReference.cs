using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Torch;

namespace VampNet.Validation;

/// <summary>The decoding half of the codec in TorchSharp: codes [B,C,T] with MASK to audio [B,1,T*hop].</summary>
/// <param name="bound">The codec's weights; the checkpoint may be closed afterwards.</param>
internal sealed class CodecDecoderReference(BoundCodec bound) : ModelReference
{
    private readonly LacCodec _codec = LacCodec.Load(bound);

    /// <inheritdoc/>
    public override GraphVerdict Judge(string file, GraphSession graph, VerificationPlan plan, IProgress<double>? progress, CancellationToken cancellation)
    {
        CodecConfiguration configuration = _codec.Configuration;
        Budget budget = plan.Budget(VerificationPlan.AudioFloat32);
        var verdicts = ImmutableArray.CreateBuilder<CaseVerdict>();
        foreach (VerificationCase size in plan.CodecCases)
        {
            progress?.Report((double)verdicts.Count / plan.CodecCases.Length);
            cancellation.ThrowIfCancellationRequested();
            ulong seed = plan.Seed + (ulong)verdicts.Count;
            long[] values = SeededInputs.Codes(seed, size.Batch, configuration.Codebooks, size.Frames, configuration.CodebookSize, plan.MaskShare);
            var codes = new CodesTensor(values, size.Batch, configuration.Codebooks, size.Frames);
            FloatTensor expected = TorchTensors.Run(codes, _codec.Decode);
            FloatTensor actual = graph.Run(codes);
            TransformerParity.RequireSameShape(file, expected.Shape, actual.Shape);
            verdicts.Add(CaseVerdict.Judge(budget, size, TensorComparer.Compare(expected.Values, actual.Values, expected.Shape), null) with { Distribution = ErrorDistribution.Of(expected.Values, actual.Values) });
        }

        progress?.Report(1);
        return new GraphVerdict(file, Name, budget, plan.Seed, verdicts.ToImmutable());
    }

    /// <inheritdoc/>
    public override void Dispose() => _codec.Dispose();
}
