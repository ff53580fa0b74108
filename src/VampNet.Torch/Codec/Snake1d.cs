using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>x + sin(alpha x)^2 / (alpha + 1e-9), alpha [1, channels, 1]. Source: lac 7761206, <c>Snake1d</c>.</summary>
internal sealed class Snake1d : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-9;

    private readonly Parameter alpha;

    public Snake1d(int channels)
        : base(nameof(Snake1d))
    {
        alpha = nn.Parameter(ones(1, channels, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        return (x + ((alpha + Epsilon).reciprocal() * sin(alpha * x).square())).MoveToOuterDisposeScope();
    }
}
