using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>
/// A linear layer without bias and, in training, its low-rank update: x W^T + scale * (x A^T) B^T. With rank 0 there is no update, as in a
/// model whose LoRA is merged. Source: loralib 0.1.2, <c>Linear</c>, in training mode.
/// </summary>
internal sealed class LoraLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? lora_A;
    private readonly Parameter? lora_B;

    public LoraLinear(int inputs, int outputs, int rank)
        : base(nameof(LoraLinear))
    {
        weight = nn.Parameter(empty(outputs, inputs));
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (rank > 0)
        {
            lora_A = nn.Parameter(zeros(rank, inputs));
            lora_B = nn.Parameter(zeros(outputs, rank));
        }

        RegisterComponents();
    }

    /// <summary>x [B, T, inputs] to [B, T, outputs], computed in x's type.</summary>
    public override Tensor forward(Tensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = nn.functional.linear(x, weight.In(x.dtype));
        if (lora_A is not null)
        {
            Tensor update = nn.functional.linear(nn.functional.linear(x, lora_A.In(x.dtype)), lora_B!.In(x.dtype));
            y.add_(update, Architecture.TransformerManifest.LoraScale);
        }

        return y.MoveToOuterDisposeScope();
    }
}
