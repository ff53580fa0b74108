using System.CommandLine;
using System.Text.Json;
using VampNet.Cli.Commands;
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

    private static async Task<(int ExitCode, string Output)> RunAsync(MachineReport machine, params string[] options)
    {
        using var captured = new CapturedTerminal();
        var root = new RootCommand { new DoctorCommand(captured.Terminal, () => machine) };
        int exitCode = await CommandLineHost.RunAsync(
            root,
            ["doctor", .. options],
            captured.Terminal,
            TestContext.Current.CancellationToken
        );
        return (exitCode, captured.Output);
    }
}
