using System.Collections.Immutable;
using VampNet.Validation.Machine;

namespace VampNet.Validation.Tests.Machine;

public sealed class MachineAssessmentTests
{
    private static readonly MachineReport Able = new()
    {
        OperatingSystem = "Linux",
        RuntimeIdentifier = "linux-x64",
        DotNet = ".NET 10",
        Processor = "x86",
        ProcessorFeatures = ["AVX2", "FMA", "AVX512_VNNI"],
        Cores = 2,
        MemoryBytes = 8L << 30,
        StandardLibrary = new StandardLibraryFacts("/lib/libstdc++.so.6", "GLIBCXX_3.4.33", "GLIBCXX_3.4.32", []),
        Torch = new NativeLibraryFacts("2.10.0", null),
        OnnxRuntime = new NativeLibraryFacts("1.31.1", null),
        Providers = ["CUDAExecutionProvider", "CPUExecutionProvider"],
    };

    public static TheoryData<string, MachineReport, MachineFindingKind, string> Lacking =>
        new()
        {
            {
                "libstdc++",
                Able with
                {
                    StandardLibrary = new StandardLibraryFacts(
                        "/lib/libstdc++.so.6",
                        "GLIBCXX_3.4.30",
                        "GLIBCXX_3.4.32",
                        ["GLIBCXX_3.4.32"]
                    ),
                },
                MachineFindingKind.Broken,
                "GLIBCXX_3.4.32"
            },
            {
                "no libstdc++",
                Able with
                {
                    StandardLibrary = new StandardLibraryFacts(null, null, "GLIBCXX_3.4.32", ["GLIBCXX_3.4.32"]),
                },
                MachineFindingKind.Broken,
                "no libstdc++.so.6"
            },
            { "libtorch", Able with { Torch = new NativeLibraryFacts(null, "no such file") }, MachineFindingKind.Broken, "no such file" },
            {
                "ONNX Runtime",
                Able with
                {
                    OnnxRuntime = new NativeLibraryFacts(null, "wrong format"),
                    Providers = [],
                },
                MachineFindingKind.Broken,
                "wrong format"
            },
            { "memory", Able with { MemoryBytes = 3L << 29 }, MachineFindingKind.Broken, "1.5 GiB" },
            { "AVX2", Able with { ProcessorFeatures = [] }, MachineFindingKind.Slow, "AVX2" },
            { "VNNI", Able with { ProcessorFeatures = ["AVX2"] }, MachineFindingKind.Slow, "8 bit dot products" },
            { "GPU", Able with { Providers = ["CPUExecutionProvider"] }, MachineFindingKind.Note, "CPU provider" },
        };

    [Fact]
    public void Assess_MachineThatHasEverything_FindsNothing()
    {
        Assert.Empty(MachineAssessment.Assess(Able));
    }

    [Theory]
    [MemberData(nameof(Lacking), DisableDiscoveryEnumeration = true)]
    public void Assess_OneThingLacking_OneFindingWithRemedy(string lacking, MachineReport machine, MachineFindingKind kind, string found)
    {
        MachineFinding finding = Assert.Single(MachineAssessment.Assess(machine));

        Assert.Equal(kind, finding.Kind);
        Assert.Contains(found, finding.Found);
        Assert.All([finding.Effect, finding.Remedy], text => Assert.False(string.IsNullOrWhiteSpace(text), lacking));
    }

    [Fact]
    public void Assess_Several_GravestFirst()
    {
        ImmutableArray<MachineFinding> findings = MachineAssessment.Assess(
            Able with
            {
                ProcessorFeatures = ["AVX2"],
                Providers = ["CPUExecutionProvider"],
                Torch = new NativeLibraryFacts(null, "no such file"),
            }
        );

        Assert.Equal(
            [MachineFindingKind.Broken, MachineFindingKind.Slow, MachineFindingKind.Note],
            findings.Select(finding => finding.Kind)
        );
    }
}
