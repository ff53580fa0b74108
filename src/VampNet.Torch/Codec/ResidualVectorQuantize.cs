using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Codec;

/// <summary>Codebooks that each quantize the residual of those before them. Source: lac 7761206, <c>ResidualVectorQuantize</c>.</summary>
internal sealed class ResidualVectorQuantize : nn.Module
{
    private readonly ModuleList<VectorQuantize> quantizers;

    public ResidualVectorQuantize(CodecConfiguration configuration)
        : base(nameof(ResidualVectorQuantize))
    {
        quantizers = nn.ModuleList(Enumerable.Range(0, configuration.Codebooks).Select(_ => new VectorQuantize(configuration)).ToArray());
        RegisterComponents();
    }

    /// <summary>z [B, latent, T] to its quantization by all codebooks.</summary>
    public LacQuantization Quantize(Tensor z)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor residual = z;
        List<LacQuantization> parts = [];
        foreach (VectorQuantize quantizer in quantizers)
        {
            LacQuantization part = quantizer.Quantize(residual);
            residual = residual - part.Z;
            parts.Add(part);
        }

        return new LacQuantization(
            Sum(parts, part => part.Z),
            stack([.. parts.Select(part => part.Codes)], dim: 1),
            cat([.. parts.Select(part => part.Latents)], dim: 1),
            Sum(parts, part => part.CommitmentLoss),
            Sum(parts, part => part.CodebookLoss)
        ).MoveToOuterDisposeScope();
    }

    /// <summary>codes int64 [B, C, T] to z [B, latent, T].</summary>
    public Tensor Dequantize(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        return quantizers
            .Select((quantizer, i) => quantizer.Dequantize(codes.select(1, i)))
            .Aggregate((sum, part) => sum + part)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Sum(IEnumerable<LacQuantization> parts, Func<LacQuantization, Tensor> term) =>
        parts.Select(term).Aggregate((sum, part) => sum + part);
}
