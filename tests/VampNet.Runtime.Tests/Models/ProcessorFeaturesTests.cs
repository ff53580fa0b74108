using VampNet.Models;
using VampNet.Onnx.Quantization;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

public sealed class ProcessorFeaturesTests
{
    [Fact(SkipUnless = nameof(HasCpuInfo), Skip = "This system has no /proc/cpuinfo.")]
    public void HasAvx512Vnni_OnLinux_IsWhatTheSystemLists() =>
        Assert.Equal(File.ReadAllText(CpuInfo).Contains("avx512_vnni", StringComparison.Ordinal), ProcessorFeatures.HasAvx512Vnni);

    [Fact]
    public void QuantizationScheme_OfTheContract_IsTheKeyThatTheQuantizerWrites() =>
        Assert.Equal(QuantizationReport.SchemeKey, MetadataKeys.QuantizationScheme);

    private const string CpuInfo = "/proc/cpuinfo";

    public static bool HasCpuInfo => File.Exists(CpuInfo);
}
