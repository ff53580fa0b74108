using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>weight * x / sqrt(mean(x^2) + 1e-6) over the last axis, without a bias. Source: vampnet 72e2675, <c>RMSNorm</c>.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    private readonly Parameter weight;

    public RmsNorm(int width)
        : base(nameof(RmsNorm))
    {
        weight = nn.Parameter(ones(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor variance = x.square().mean([-1], keepdim: true);
        return (weight * (x * rsqrt(variance + Epsilon))).MoveToOuterDisposeScope();
    }
}
