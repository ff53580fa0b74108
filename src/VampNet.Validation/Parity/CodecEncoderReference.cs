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

/// <summary>The encoding half of the codec in TorchSharp: audio [B,1,S] to codes [B,C,T].</summary>
internal sealed class CodecEncoderReference : ModelReference
{
    private readonly LacCodec _codec;
    private readonly CodebookTables _tables;

    /// <param name="bound">The codec's weights; the checkpoint may be closed afterwards.</param>
    public CodecEncoderReference(BoundCodec bound) => (_codec, _tables) = (LacCodec.Load(bound), CodebookTables.Of(bound));

    /// <inheritdoc/>
    public override GraphVerdict Judge(
        string file,
        GraphSession graph,
        VerificationPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Budget budget = plan.BudgetOnProvider(VerificationPlan.CodecCodes);
        ImmutableArray<CaseVerdict>.Builder verdicts = ImmutableArray.CreateBuilder<CaseVerdict>();
        foreach (VerificationCase size in plan.CodecCases)
        {
            progress?.Report(new VerificationProgress(file, (double)verdicts.Count / plan.CodecCases.Length));
            cancellationToken.ThrowIfCancellationRequested();
            FloatTensor audio = MakeAudio(plan.Seed + (ulong)verdicts.Count, size);
            (CodesTensor expected, float[] latents) = TorchTensors.Run(audio, Quantize);
            CodesTensor actual = graph.RunAudio(audio);
            TransformerParity.RequireSameShape(file, expected.Shape, actual.Shape);
            verdicts.Add(CaseVerdict.Judge(budget, size, null, _tables.Compare(expected, actual, latents)));
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
        FloatTensor audio = MakeAudio(plan.Seed, size);
        return new LayerTrial(size, [new ModelInput("audio", audio.Values, audio.Shape)], Probe(torch.tensor(audio.Values, audio.Shape)));
    }

    private IEnumerable<LayerProbe> Probe(torch.Tensor audio)
    {
        foreach ((int i, (string module, torch.Tensor output)) in _codec.EncoderOutputs(audio).Index())
        {
            yield return LayerProbe.Of(ValueOf(module, i), output);
        }

        yield return CodebookProbe.Of(_codec.Quantize(audio), _codec.Configuration);
    }

    // A convolution comes first; a block's output is named after the last of its parts, which follows the residual units and an activation.
    private string ValueOf(string module, int place) =>
        place >= 1 && place < 1 + _codec.Configuration.EncoderRates.Length
            ? $"{module}.block.{CodecManifest.EncoderDilations.Length + 1}.output"
            : $"{module}.output";

    // The length is one sample short of whole frames, so that the padding to the hop is judged as well.
    private FloatTensor MakeAudio(ulong seed, VerificationCase size)
    {
        int samples = Math.Max(1, (size.Frames * _codec.Configuration.HopLength) - 1);
        return new FloatTensor(SeededInputs.Audio(seed, size.Batch, samples, _codec.Configuration.SampleRate), [size.Batch, 1, samples]);
    }

    private (CodesTensor Codes, float[] Latents) Quantize(torch.Tensor audio)
    {
        LacQuantization result = _codec.Quantize(audio);
        long[] shape = result.Codes.shape;
        var codes = new CodesTensor(result.Codes.contiguous().data<long>().ToArray(), (int)shape[0], (int)shape[1], (int)shape[2]);
        return (codes, result.Latents.contiguous().data<float>().ToArray());
    }
}
