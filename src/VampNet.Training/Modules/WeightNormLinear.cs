using TorchSharp;
using TorchSharp.Modules;
using VampNet.Torch.Transformer;
using static TorchSharp.torch;

namespace VampNet.Training.Modules;

/// <summary>A linear layer whose rows have a trained direction and a trained length: w = g * v / |v|. The axes of length 1 are those of
/// upstream's convolution of kernel length 1. Source: torch.nn.utils.weight_norm.</summary>
internal sealed class WeightNormLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter bias;
    private readonly Parameter weight_g;
    private readonly Parameter weight_v;

    public WeightNormLinear(int inputs, int outputs)
        : base(nameof(WeightNormLinear))
    {
        bias = nn.Parameter(zeros(outputs));
        weight_g = nn.Parameter(ones(outputs, 1, 1));
        weight_v = nn.Parameter(empty(outputs, inputs, 1));
        nn.init.kaiming_uniform_(weight_v, Math.Sqrt(5));
        using (no_grad())
        {
            // The rows begin as they are.
            weight_g.copy_(weight_v.norm(1, keepdim: true));
        }

        RegisterComponents();
    }

    /// <summary>x [B, T, inputs] to [B, T, outputs], computed in x's type.</summary>
    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor direction = weight_v.squeeze(2);
        Tensor weight = direction * (weight_g.squeeze(2) / direction.norm(1, keepdim: true));
        return nn.functional.linear(x, weight.In(x.dtype), bias.In(x.dtype)).MoveToOuterDisposeScope();
    }
}
