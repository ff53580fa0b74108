using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VampNet.TestSupport;

/// <summary>What the processor makes of products of 8-bit integers.</summary>
public static class ByteProducts
{
    /// <summary>Why a test of such products is skipped.</summary>
    public const string Reason = "The processor has no 8 bit dot products (VNNI, DOTPROD): ONNX Runtime adds pairs of products in 16 bits there, which saturate.";

    /// <summary>Whether they are added without saturating.</summary>
    public static bool AreExact { get; } =
        Dp.IsSupported || AvxVnni.IsSupported || (Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0);
}
