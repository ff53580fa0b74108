using VampNet.Validation.Machine;

namespace VampNet.Validation.Tests.Machine;

public sealed class MachineProbeTests
{
    [Fact]
    public void Probe_ThisMachine_RunsTheToolchain()
    {
        MachineReport machine = MachineProbe.Probe();

        Assert.Equal("2.10.0", machine.Torch!.Version?[..6]);
        Assert.StartsWith("1.", machine.OnnxRuntime.Version);
        Assert.Contains("CPUExecutionProvider", machine.Providers);
        Assert.InRange(machine.Cores, 1, 4096);
        Assert.InRange(machine.MemoryBytes, 1L << 28, 1L << 50);
        Assert.NotEmpty(machine.Processor);
        Assert.NotEmpty(machine.ProcessorFeatures);
    }

    [Fact]
    public void Probe_OnLinux_LibTorchSharpNeedsNoMoreThanTheMachineHas()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libstdc++ is the C++ library of Linux.");

        StandardLibraryFacts library = Assert.IsType<StandardLibraryFacts>(MachineProbe.Probe().StandardLibrary);

        Assert.True(File.Exists(library.Path));
        Assert.StartsWith("GLIBCXX_3.4.", library.Newest);
        Assert.StartsWith("GLIBCXX_3.4.", library.Needed);
        Assert.Empty(library.Missing);
    }

    [Fact]
    public void CompareStandardLibrary_NoLibTorchSharp_NothingNeeded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libstdc++ is the C++ library of Linux.");

        StandardLibraryFacts library = MachineProbe.CompareStandardLibrary(null);

        Assert.Null(library.Needed);
        Assert.Empty(library.Missing);
    }

    [Fact]
    public void Load_LibraryThatDoesNotLoad_IsAFactWithTheLoadersWords()
    {
        NativeLibraryFacts facts = MachineProbe.Load(() =>
            throw new TypeInitializationException("torch", new DllNotFoundException("version `GLIBCXX_3.4.32' not found"))
        );

        Assert.False(facts.Loads);
        Assert.Null(facts.Version);
        Assert.Equal("version `GLIBCXX_3.4.32' not found", facts.LoadError);
    }
}
