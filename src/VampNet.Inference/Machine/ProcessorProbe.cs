using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace VampNet.Inference.Machine;

/// <summary>Reads the processor's name and features.</summary>
internal static class ProcessorProbe
{
    /// <summary>The brand string of an x86 processor, else the architecture.</summary>
    public static string Name()
    {
        const uint FirstBrandLeaf = 0x80000002,
            LastBrandLeaf = 0x80000004;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < LastBrandLeaf)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        List<byte> brand = [];
        for (uint leaf = FirstBrandLeaf; leaf <= LastBrandLeaf; leaf++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId((int)leaf, 0);
            foreach (int register in (ReadOnlySpan<int>)[a, b, c, d])
            {
                brand.AddRange(BitConverter.GetBytes(register));
            }
        }

        return Encoding.ASCII.GetString([.. brand]).TrimEnd('\0').Trim();
    }

    /// <summary>The vector instruction sets that matter to matrix products, narrow to wide.</summary>
    public static ImmutableArray<string> Features()
    {
        // Leaf 7 of CPUID; .NET has no class for these two.
        (int Ecx, int Edx) extended = X86Base.IsSupported ? (X86Base.CpuId(7, 0).Ecx, X86Base.CpuId(7, 0).Edx) : default;
        (string Name, bool Present)[] features =
        [
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX512F", Avx512F.IsSupported),
            ("AVX_VNNI", AvxVnni.IsSupported),
            ("AVX512_VNNI", Avx512F.IsSupported && (extended.Ecx & (1 << 11)) != 0),
            ("AVX512_BF16", Avx512F.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0),
            ("AMX_BF16", (extended.Edx & (1 << 22)) != 0),
            ("AMX_INT8", (extended.Edx & (1 << 25)) != 0),
            ("NEON", AdvSimd.IsSupported),
            ("DOTPROD", Dp.IsSupported),
        ];
        return [.. features.Where(feature => feature.Present).Select(feature => feature.Name)];
    }
}
