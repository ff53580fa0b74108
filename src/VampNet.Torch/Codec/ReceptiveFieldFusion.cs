using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>The mean of residual stacks of several kernel lengths. Source: lac 7761206, <c>MRFBlock</c> (multi-receptive-field
/// fusion).</summary>
internal sealed class ReceptiveFieldFusion : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualStack> mrf_blocks;

    public ReceptiveFieldFusion(int channels)
        : base(nameof(ReceptiveFieldFusion))
    {
        mrf_blocks = nn.ModuleList(CodecManifest.DecoderKernels.Select(kernel => new ResidualStack(channels, kernel)).ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = mrf_blocks[0].forward(x);
        foreach (ResidualStack stack in mrf_blocks.Skip(1))
        {
            sum = sum + stack.forward(x);
        }

        return (sum / mrf_blocks.Count).MoveToOuterDisposeScope();
    }
}
