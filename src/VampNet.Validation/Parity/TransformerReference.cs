using VampNet.Architecture;
using VampNet.Torch;

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
    public override void Dispose() => _model.Dispose();
}
