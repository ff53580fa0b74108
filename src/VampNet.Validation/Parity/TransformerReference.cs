using TorchSharp;
using VampNet.Architecture;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Torch;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Parity;

/// <summary>A transformer in TorchSharp.</summary>
/// <param name="bound">Its weights; the checkpoints may be closed afterwards.</param>
internal sealed class TransformerReference(BoundTransformer bound) : ModelReference
{
    private readonly VampNetTransformer _model = VampNetTransformer.Load(bound);

    /// <inheritdoc/>
    public override GraphVerdict Judge(
        string file,
        GraphSession graph,
        VerificationPlan plan,
        IProgress<VerificationProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        TransformerParity.Judge(
            file,
            _model.Configuration.Codebooks,
            _model.Configuration.VocabularySize,
            (Name, codes => TorchTensors.Run(codes, tensor => Forward(tensor, codes))),
            codes => graph.RunCodes(codes, SeededControls.Make(_model.Configuration, codes.Batch, codes.Frames)),
            plan,
            plan.BudgetOnProvider(VerificationPlan.OnnxFloat32),
            progress,
            cancellationToken
        );

    /// <inheritdoc/>
    public override void Dispose() => _model.Dispose();

    /// <inheritdoc/>
    protected override LayerTrial MakeLayerTrial(VerificationPlan plan)
    {
        VerificationCase size = VerificationPlan.Longest(plan.TransformerCases);
        var codes = CodesTensor.Seeded(plan, 0, size, _model.Configuration.Codebooks, _model.Configuration.VocabularySize);
        return new LayerTrial(
            size,
            [new ModelInput("codes", codes.Values, codes.Shape), .. SeededControls.Make(_model.Configuration, codes.Batch, codes.Frames)],
            _model
                .LayerOutputs(torch.tensor(codes.Values, codes.Shape), Controls(codes))
                .Select((output, i) => LayerProbe.Of($"transformer.layers.{i}.output", output))
        );
    }

    private torch.Tensor Forward(torch.Tensor tensor, CodesTensor codes) =>
        Controls(codes) is { } controls ? _model.forward(tensor, controls) : _model.forward(tensor);

    private IReadOnlyDictionary<string, ControlTensors>? Controls(CodesTensor codes) =>
        _model.Configuration.ControlDims.IsEmpty ? null : SeededControls.Tensors(_model.Configuration, codes.Batch, codes.Frames);
}
