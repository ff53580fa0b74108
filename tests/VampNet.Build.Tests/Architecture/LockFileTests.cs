using System.Text.Json;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>The lock files of the build for CUDA, which CI restores by: one beside each project that the command is made of.</summary>
public sealed class LockFileTests
{
    private const string Native = "Microsoft.ML.OnnxRuntime",
        Managed = "Microsoft.ML.OnnxRuntime.Managed",
        Gpu = "Microsoft.ML.OnnxRuntime.Gpu.Linux";

    public static TheoryData<string> Projects => [.. ProjectFile.In("src").Values.Where(IsOfTheCommand).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Gpu_EveryProjectOfTheCommand_IsLockedToTheOtherOnnxRuntime(string project)
    {
        Dictionary<string, string> processor = Locked(project, "packages.lock.json"),
            gpu = Locked(project, "packages.gpu.lock.json");

        Assert.DoesNotContain(Native, gpu.Keys);
        Assert.DoesNotContain(Gpu, processor.Keys);
        Assert.Equal(processor.Keys.Except([Native, Managed]), gpu.Keys.Except([Gpu, Managed]));
        Assert.Equal(processor.ContainsKey(Managed), gpu.ContainsKey(Managed));
    }

    [Theory]
    [InlineData("packages.lock.json", Native)]
    [InlineData("packages.gpu.lock.json", Gpu)]
    public void Command_NativePart_HasTheVersionOfTheManagedPart(string file, string native)
    {
        Dictionary<string, string> locked = Locked("VampNet.Cli", file);

        Assert.Equal(locked[native], locked[Managed]);
    }

    private static bool IsOfTheCommand(ProjectFile project) =>
        project.Name == "VampNet.Cli"
        || ProjectFile.In("src")["VampNet.Cli"].Closure(ProjectFile.In("src")).Any(each => each.Name == project.Name);

    private static Dictionary<string, string> Locked(string project, string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "src", project, file)));
        return json
            .RootElement.GetProperty("dependencies")
            .GetProperty("net10.0")
            .EnumerateObject()
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .ToDictionary(package => package.Name, package => package.Value.GetProperty("resolved").GetString()!);
    }
}
