using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace VampNet.Runtime.Models;

/// <summary>The features of the processor by which ONNX Runtime chooses its kernels, and with them the order of packed weights.</summary>
internal static class ProcessorFeatures
{
    private const int Identity = 0,
        Basic = 1,
        Extended = 7,
        Avx512VnniBit = 1 << 11;

    /// <summary>Whether the processor multiplies and adds int8 in one instruction of 512 bits, and the system allows it.</summary>
    public static bool HasAvx512Vnni { get; } =
        Avx512F.IsSupported && X86Base.CpuId(Identity, 0).Eax >= Extended && (X86Base.CpuId(Extended, 0).Ecx & Avx512VnniBit) != 0;

    /// <summary>One line: equal for equal features, whatever the model's name and clock are.</summary>
    public static string Describe()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.RuntimeIdentifier}");
        if (X86Base.IsSupported)
        {
            (int most, int first, int second, int third) = X86Base.CpuId(Identity, 0);
            Append(text, first, second, third);
            // The other two words of this leaf hold the model and the number of the core that asks.
            (_, _, int features, int olderFeatures) = X86Base.CpuId(Basic, 0);
            Append(text, features, olderFeatures);
            for (int part = 0; part < 2 && most >= Extended; part++)
            {
                (int a, int b, int c, int d) = X86Base.CpuId(Extended, part);
                Append(text, a, b, c, d);
            }
        }

        // Also what the system, not the processor, allows.
        text.Append(CultureInfo.InvariantCulture, $" {Avx.IsSupported} {Avx2.IsSupported} {Avx512F.IsSupported} {AvxVnni.IsSupported}");
        text.Append(CultureInfo.InvariantCulture, $" {AdvSimd.IsSupported} {Dp.IsSupported} {Sha256.IsSupported} {Rdm.IsSupported}");
        return text.Append(ArmFeatures()).ToString();
    }

    // .NET does not know of the matrix products and bfloat16 of ARM, for which ONNX Runtime has kernels.
    private static string ArmFeatures()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            && File.Exists(CpuInfo)
            && File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("Features", StringComparison.Ordinal)) is { } line
            ? ' ' + line
            : "";
    }

    private static void Append(StringBuilder text, params ReadOnlySpan<int> words)
    {
        foreach (int word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $" {word:x8}");
        }
    }
}
