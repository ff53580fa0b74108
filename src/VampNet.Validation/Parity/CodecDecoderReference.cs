using System.Collections.Immutable;
using TorchSharp;
using VampNet.Architecture;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Torch;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Parity;

/// <summary>The decoding half of the codec in TorchSharp: codes [B,C,T] with MASK to audio [B,1,T*hop].</summary>
/// <param name="bound">The codec's weights; the checkpoint may be closed afterwards.</param>
internal sealed class CodecDecoderReference(BoundCodec bound) : ModelReference
{
    private readonly LacCodec _codec = LacCodec.Load(bound);

    /// <inheritdoc/>
    public override GraphVerdict Judge(
        string file,
        GraphSession graph,
        VerificationPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Budget budget = plan.BudgetOnProvider(VerificationPlan.AudioFloat32);
        ImmutableArray<CaseVerdict>.Builder verdicts = ImmutableArray.CreateBuilder<CaseVerdict>();
        foreach (VerificationCase size in plan.CodecCases)
        {
            progress?.Report(new VerificationProgress(file, (double)verdicts.Count / plan.CodecCases.Length));
            cancellationToken.ThrowIfCancellationRequested();
            CodesTensor codes = MakeCodes(plan, verdicts.Count, size);
            FloatTensor expected = TorchTensors.Run(codes, _codec.Decode);
            FloatTensor actual = graph.RunCodes(codes);
            TransformerParity.RequireSameShape(file, expected.Shape, actual.Shape);
            verdicts.Add(CaseVerdict.Judge(budget, size, expected, actual, null));
        }

        progress?.Report(new VerificationProgress(file, 1));
        return new GraphVerdict(file, Name, budget, plan.Seed, verdicts.ToImmutable());
    }

    /// <inheritdoc/>
    public override void Dispose() => _codec.Dispose();

    /// <inheritdoc/>
    protected override LayerTrial MakeLayerTrial(VerificationPlan plan)
    {
        VerificationCase size = VerificationPlan.Longest(plan.CodecCases);
        CodesTensor codes = MakeCodes(plan, 0, size);
        return new LayerTrial(
            size,
            [new ModelInput("codes", codes.Values, codes.Shape)],
            _codec
                .DecoderOutputs(torch.tensor(codes.Values, codes.Shape))
                .Select((each, i) => LayerProbe.Of(ValueOf(each.Module, i), each.Output))
        );
    }

    private CodesTensor MakeCodes(VerificationPlan plan, int number, VerificationCase size) =>
        CodesTensor.Seeded(plan, number, size, _codec.Configuration.Codebooks, _codec.Configuration.CodebookSize);

    // z comes first, then a convolution; a block's output is named after the last of its parts.
    private string ValueOf(string module, int place) =>
        place == 0 ? $"{module}.z"
        : place >= 2 && place < 2 + _codec.Configuration.DecoderRates.Length ? $"{module}.block.2.output"
        : $"{module}.output";
}
