using TorchSharp;
using VampNet.Architecture;
using VampNet.Torch;
using VampNet.Validation.Quantization;

namespace VampNet.Validation;

/// <summary>A transformer in TorchSharp.</summary>
/// <param name="bound">Its weights; the checkpoints may be closed afterwards.</param>
internal sealed class TransformerReference(BoundTransformer bound) : ModelReference
{
    private readonly VampNetTransformer _model = VampNetTransformer.Load(bound);

    /// <inheritdoc/>
    public override GraphVerdict Judge(string file, GraphSession graph, VerificationPlan plan, IProgress<double>? progress, CancellationToken cancellation) =>
        TransformerParity.Judge(
            file,
            _model.Configuration.Codebooks,
            _model.Configuration.VocabularySize,
            (Name, codes => TorchTensors.Run(codes, _model.forward)),
            graph.Run,
            plan,
            plan.Budget(VerificationPlan.OnnxFloat32),
            progress,
            cancellation);

    /// <inheritdoc/>
    public override LayerParity? JudgeLayers(string path, VerificationPlan plan)
    {
        string[] names = LayerSession.LayersOf(path);
        if (names.Length != _model.Configuration.Layers)
        {
            return null;
        }

        VerificationCase size = plan.LayerCase;
        (int batch, int codebooks, int frames) = (size.Batch, _model.Configuration.Codebooks, size.Frames);
        long[] codes = SeededInputs.Codes(plan.Seed, batch, codebooks, frames, _model.Configuration.VocabularySize, plan.MaskShare);
        using LayerSession graph = new(path, names);
        using IDisposable noGradient = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor input = torch.tensor(codes, [batch, codebooks, frames]);
        return graph.Run(new ModelSample($"seed {plan.Seed}", [new ModelInput("codes", codes, [batch, codebooks, frames])]), actual => new LayerParity(size, [.. _model.LayerOutputs(input).Select((expected, i) =>
            LayerDifference.Of(names[i], expected.contiguous().data<float>().ToArray(), actual[i].GetTensorDataAsSpan<float>()))]));
    }

    /// <inheritdoc/>
    public override void Dispose() => _model.Dispose();
}
