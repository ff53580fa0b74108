using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The embedding of control signals: each a linear layer over its dimensions, times its mask. Source: vampnet,
/// <c>ControlEncoder</c>, whose dropouts are for training alone.</summary>
internal sealed class ControlEncoder : nn.Module<IReadOnlyDictionary<string, ControlTensors>, Tensor>
{
    private readonly ModuleDict<Linear> ctrl_encoders;

    public ControlEncoder(TransformerConfiguration configuration)
        : base(nameof(ControlEncoder))
    {
        ctrl_encoders = nn.ModuleDict(
            configuration.ControlDims.Select(control => (control.Key, nn.Linear(control.Value, configuration.EmbeddingDim))).ToArray()
        );
        RegisterComponents();
    }

    /// <summary>The signals by name, every one that the model has, to [B, T, D].</summary>
    public override Tensor forward(IReadOnlyDictionary<string, ControlTensors> controls)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? sum = null;
        foreach ((string name, Linear encoder) in ctrl_encoders)
        {
            (Tensor signal, Tensor mask) = controls[name];
            Tensor part = encoder.forward(signal.transpose(1, 2)) * mask.unsqueeze(2);
            sum = sum is null ? part : sum + part;
        }

        return sum!.MoveToOuterDisposeScope();
    }
}
