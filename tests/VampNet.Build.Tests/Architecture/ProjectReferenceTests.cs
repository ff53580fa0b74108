using System.Xml.Linq;

namespace VampNet.Build.Tests.Architecture;

/// <summary>References point one way: docs/architecture.md draws the edges, this judges the project files by them.</summary>
public sealed class ProjectReferenceTests
{
    /// <summary>What each project may refer to. Every project of src/ must be listed.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["VampNet.Files"] = [],
        ["VampNet.Checkpoints"] = ["VampNet.Files"],
        ["VampNet.Architecture"] = ["VampNet.Checkpoints"],
        ["VampNet.Torch"] = ["VampNet.Architecture"],
        ["VampNet.Onnx"] = ["VampNet.Files"],
        ["VampNet.Models"] = [],
        ["VampNet.Export"] = ["VampNet.Architecture", "VampNet.Models", "VampNet.Onnx"],
        ["VampNet.Runtime"] = ["VampNet.Files", "VampNet.Models"],
        ["VampNet.Inference"] = ["VampNet.Models", "VampNet.Onnx"],
        ["VampNet.Quantization"] = ["VampNet.Inference", "VampNet.Onnx"],
        ["VampNet.Validation"] =
        [
            "VampNet.Checkpoints",
            "VampNet.Architecture",
            "VampNet.Torch",
            "VampNet.Export",
            "VampNet.Inference",
            "VampNet.Runtime",
        ],
        ["VampNet.Training"] = ["VampNet.Checkpoints", "VampNet.Runtime", "VampNet.Torch"],
        ["VampNet.Reporting"] = ["VampNet.Quantization", "VampNet.Runtime", "VampNet.Validation"],
        ["VampNet.Server"] = ["VampNet.Runtime"],
        ["VampNet.Cli"] =
        [
            "VampNet.Checkpoints",
            "VampNet.Architecture",
            "VampNet.Torch",
            "VampNet.Onnx",
            "VampNet.Export",
            "VampNet.Runtime",
            "VampNet.Models",
            "VampNet.Inference",
            "VampNet.Quantization",
            "VampNet.Validation",
            "VampNet.Reporting",
            "VampNet.Server",
            "VampNet.Training",
        ],
        // VampNet.Lite compiles the command's sources without the parts that need libtorch.
        ["VampNet.Lite"] = ["VampNet.Reporting", "VampNet.Server"],
    };

    /// <summary>Who may bring a package of native code or a console, directly.</summary>
    private static readonly Dictionary<string, string[]> PackageOwners = new()
    {
        // VampNet.Lite refers to it to leave its native part out.
        ["TorchSharp"] = ["VampNet.Torch", "VampNet.Lite"],
        ["Microsoft.ML.OnnxRuntime.Managed"] = ["VampNet.Inference", "VampNet.Runtime"],
        // Native parts: executables get one of them by NeedsOnnxRuntime.
        ["Microsoft.ML.OnnxRuntime"] = [],
        ["Microsoft.ML.OnnxRuntime.Gpu.Linux"] = [],
        ["Microsoft.ML.OnnxRuntime.Gpu.Windows"] = [],
        ["ScottPlot"] = ["VampNet.Reporting"],
        ["Spectre.Console"] = ["VampNet.Cli", "VampNet.Lite"],
        ["System.CommandLine"] = ["VampNet.Cli", "VampNet.Lite"],
    };

    /// <summary>Tests that run libtorch. All others start without its 480 MB.</summary>
    private static readonly string[] TorchTests =
    [
        "VampNet.Torch.Tests",
        "VampNet.Training.Tests",
        "VampNet.Validation.Tests",
        "VampNet.Reporting.Tests",
        "VampNet.Cli.Tests",
    ];

    [Fact]
    public void Source_EveryProject_RefersOnlyWhereTheTableAllows()
    {
        Dictionary<string, ProjectFile> source = ProjectFile.In("src");

        Assert.Equal(Allowed.Keys.Order(), source.Keys.Order());
        Assert.Empty(source.Values.SelectMany(ForbiddenEdges));
    }

    [Fact]
    public void ForbiddenEdges_AgainstTheTable_AreNamed()
    {
        XDocument project = XDocument.Parse(
            """
            <Project>
              <ItemGroup>
                <ProjectReference Include="..\VampNet.Cli\VampNet.Cli.csproj" />
                <ProjectReference Include="../VampNet.Onnx/VampNet.Onnx.csproj" />
                <PackageReference Include="TorchSharp" />
              </ItemGroup>
            </Project>
            """
        );

        Assert.Equal(
            ["VampNet.Export -> VampNet.Cli", "VampNet.Export -> TorchSharp"],
            ForbiddenEdges(ProjectFile.Parse("VampNet.Export.csproj", project))
        );
    }

    [Theory]
    [InlineData("VampNet.Files")]
    [InlineData("VampNet.Checkpoints")]
    [InlineData("VampNet.Architecture")]
    [InlineData("VampNet.Onnx")]
    [InlineData("VampNet.Models")]
    [InlineData("VampNet.Export")]
    public void Source_ProjectWithoutNativeCode_ReachesNone(string name)
    {
        Dictionary<string, ProjectFile> source = ProjectFile.In("src");

        Assert.DoesNotContain(source[name].Closure(source).SelectMany(project => project.Packages), PackageOwners.ContainsKey);
    }

    [Theory]
    [InlineData("VampNet.Runtime")]
    [InlineData("VampNet.Inference")]
    [InlineData("VampNet.Quantization")]
    public void Source_ProjectForApplications_ReachesOnnxRuntimeAlone(string name)
    {
        Dictionary<string, ProjectFile> source = ProjectFile.In("src");

        Assert.Equal(
            ["Microsoft.ML.OnnxRuntime.Managed"],
            source[name].Closure(source).SelectMany(project => project.Packages).Where(PackageOwners.ContainsKey).Distinct()
        );
    }

    [Fact]
    public void Executables_ThatReachTorch_AskForLibTorch()
    {
        Dictionary<string, ProjectFile> all = ProjectFile.In("src", "tests", "tools");
        Assert.Empty(
            all.Values.Where(IsExecutable)
                .Where(project => project.Name != "VampNet.Lite")
                .Where(project => project.Closure(all).Any(each => each.Packages.Contains("TorchSharp")) != project.NeedsLibTorch)
                .Select(project => project.Name)
        );
    }

    [Fact]
    public void Executables_ThatReachOnnxRuntime_AskForItsNativePart()
    {
        Dictionary<string, ProjectFile> all = ProjectFile.In("src", "tests", "tools");
        string[] native = ["Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu.Linux", "Microsoft.ML.OnnxRuntime.Gpu.Windows"];

        Assert.Empty(
            all.Values.Where(IsExecutable)
                .Where(project =>
                    project.Closure(all).Any(each => each.Packages.Contains("Microsoft.ML.OnnxRuntime.Managed")) != project.NeedsOnnxRuntime
                )
                .Select(project => project.Name)
        );
        Assert.Empty(all.Values.Where(project => !IsExecutable(project) && project.NeedsOnnxRuntime).Select(project => project.Name));
        Assert.Empty(all.Values.Where(project => project.Packages.Intersect(native).Any()).Select(project => project.Name));
    }

    [Fact]
    public void Tests_ThatNeedNoTorch_DoNotReachIt()
    {
        Dictionary<string, ProjectFile> all = ProjectFile.In("src", "tests");

        Assert.Equal(
            TorchTests.Order(),
            all.Values.Where(project => project.Folder == "tests" && project.Closure(all).Any(each => each.Packages.Contains("TorchSharp")))
                .Select(project => project.Name)
                .Order()
        );
    }

    private static bool IsExecutable(ProjectFile project) =>
        project.Folder == "tools"
        || project.Name.EndsWith(".Tests", StringComparison.Ordinal)
        || project.Name is "VampNet.Cli" or "VampNet.Lite";

    private static IEnumerable<string> ForbiddenEdges(ProjectFile project) =>
        project
            .Projects.Except(Allowed[project.Name])
            .Concat(
                project.Packages.Where(package =>
                    PackageOwners.TryGetValue(package, out string[]? owners) && !owners.Contains(project.Name)
                )
            )
            .Select(target => $"{project.Name} -> {target}");
}
