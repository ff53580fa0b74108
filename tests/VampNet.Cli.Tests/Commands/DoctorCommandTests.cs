using System.CommandLine;
using System.Text.Json;
using VampNet.Cli.Commands;
using VampNet.Torch;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Tests.Commands;

public sealed class DoctorCommandTests
{
    private static readonly MachineReport Machine = new()
    {
        OperatingSystem = "Debian 12",
        RuntimeIdentifier = "linux-x64",
        DotNet = ".NET 10",
        Processor = "A processor",
        ProcessorFeatures = ["AVX2", "AVX512_VNNI"],
        Cores = 2,
        MemoryBytes = 64_000_000_000,
        StandardLibrary = new("/usr/lib/libstdc++.so.6", "GLIBCXX_3.4.30", "GLIBCXX_3.4.30", []),
        Torch = new("2.10", null),
        OnnxRuntime = new("1.31", null),
        Providers = ["CUDAExecutionProvider", "CPUExecutionProvider"],
    };

    private static readonly CudaReport Cuda = new(
        13,
        9,
        [
            new("libcudart.so.13", "CUDA 13", IsLinked: true, "/opt/cuda/libcudart.so.13", Loads: true),
            new("libcudnn.so.9", "cuDNN 9", IsLinked: false, "/opt/cuda/libcudnn.so.9", Loads: true),
        ],
        ["/opt/cuda", "/usr/lib"]
    );

    [Theory]
    [InlineData("libcudart.so.13", "--provider cuda is refused; --provider cpu works")]
    [InlineData("libcudnn.so.9", "--provider cuda works for graphs without convolutions: the transformers, not the codec")]
    public async Task Doctor_GpuBuildWithoutALibrary_NamesItWhatIsNeededAndWhereItLooked(string missing, string effect)
    {
        CudaReport cuda = Cuda with
        {
            Libraries = [.. Cuda.Libraries.Select(each => each.Name == missing ? each with { Path = null, Loads = false } : each)],
        };

        (_, string output) = await RunAsync(Machine, cuda);
        (_, string withoutCuda) = await RunAsync(Machine with { Providers = ["CPUExecutionProvider"] }, cuda);

        Assert.DoesNotContain("Everything works here.", output, StringComparison.Ordinal);
        Assert.Contains($"Broken: an ONNX Runtime with CUDA, but no usable {missing} of ", output, StringComparison.Ordinal);
        Assert.Contains($"effect: {effect}\n", output, StringComparison.Ordinal);
        Assert.Contains("CUDA 13 and cuDNN 9", output, StringComparison.Ordinal);
        Assert.Contains("looked in /opt/cuda, /usr/lib\n", output, StringComparison.Ordinal);
        Assert.Contains("Everything works here.", withoutCuda, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LibraryThatDoesNotLoad_SaysWhereItLies()
    {
        CudaReport cuda = Cuda with { Libraries = [Cuda.Libraries[0] with { Loads = false }] };

        (_, string output) = await RunAsync(Machine, cuda);

        Assert.Contains("libcudart.so.13 of CUDA 13 (/opt/cuda/libcudart.so.13, which does not load)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NothingMissing_SaysThatEverythingWorks()
    {
        (int exitCode, string output) = await RunAsync(Machine);

        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains(
            "libstdc++     /usr/lib/libstdc++.so.6, up to GLIBCXX_3.4.30; LibTorchSharp needs GLIBCXX_3.4.30\n",
            output,
            StringComparison.Ordinal
        );
        Assert.EndsWith("\nEverything works here.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_LibraryThatDoesNotLoad_SaysTheEffectAndTheRemedy()
    {
        (int exitCode, string output) = await RunAsync(
            Machine with
            {
                Torch = new(null, "libgomp.so.1 is missing"),
                StandardLibrary = null,
                Providers = [],
                ProcessorFeatures = [],
            }
        );

        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains("Something does not work here:\n  Broken: ", output, StringComparison.Ordinal);
        Assert.Contains("libtorch      does not load: libgomp.so.1 is missing\n", output, StringComparison.Ordinal);
        Assert.Contains("libstdc++     not used on this system\n", output, StringComparison.Ordinal);
        Assert.Contains("providers     none\n", output, StringComparison.Ordinal);
        Assert.Contains("\n    remedy: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0, "for the processor alone; tune --device cuda needs a build with -p:LibTorch=Cuda")]
    [InlineData(true, 0, "with CUDA, but it can use no GPU here: tune --device cuda is refused")]
    [InlineData(true, 2, "with CUDA; tune --device cuda:0 to cuda:1")]
    public async Task Doctor_SaysWhatLibtorchHasOfCuda(bool isBuiltIn, int gpus, string expected)
    {
        (_, string output) = await RunAsync(Machine, Cuda with { Libtorch = Edition.Describe(new TorchCuda(isBuiltIn, gpus)) });

        Assert.Contains($"libtorch: {expected}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_AsJson_HoldsMachineAndFindings()
    {
        (_, string output) = await RunAsync(Machine with { MemoryBytes = 1 }, "--json");

        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal("linux-x64", json.RootElement.GetProperty("machine").GetProperty("runtime_identifier").GetString());
        Assert.Equal("Broken", json.RootElement.GetProperty("findings")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Doctor_ThisMachine_IsDescribed()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("doctor");

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains(
            $".NET          {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}\n",
            outcome.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("CPUExecutionProvider", outcome.Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(MachineReport machine, params string[] options) =>
        RunAsync(machine, Cuda, options);

    private static async Task<(int ExitCode, string Output)> RunAsync(MachineReport machine, CudaReport cuda, params string[] options)
    {
        using var captured = new CapturedTerminal();
        var root = new RootCommand { new DoctorCommand(captured.Terminal, () => machine, () => cuda) };
        int exitCode = await CommandLineHost.RunAsync(
            root,
            ["doctor", .. options],
            captured.Terminal,
            TestContext.Current.CancellationToken
        );
        return (exitCode, captured.Output);
    }
}
