// What tasks do beside steps: building, packing, a folder of quantized models, the list of tasks.

void Build(BuildOptions options, string project, bool restore) => DotNetBuild(project, new DotNetBuildSettings
{
    Configuration = options.Configuration,
    NoRestore = !restore,
    NoLogo = true,
    Verbosity = DotNetVerbosity.Quiet,
    MSBuildSettings = Release(options),
});

// Packages are built as CI builds: source paths and the commit in the symbols, the same bytes wherever the clone lies.
DotNetMSBuildSettings Release(BuildOptions options) =>
    new() { ContinuousIntegrationBuild = options.Asks("Pack") || options.Asks("CI") ? true : null };

void Pack(BuildOptions options)
{
    CleanDirectory("./artifacts/packages");
    DotNetPack(BuildOptions.Solution, new DotNetPackSettings
    {
        Configuration = options.Configuration,
        NoBuild = true,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Quiet,
        MSBuildSettings = Release(options),
    });
    // The tool for this platform, with libtorch; the solution's own package only says which tool is for which platform.
    DotNetPack(BuildOptions.Tool, new DotNetPackSettings
    {
        Configuration = options.Configuration,
        Runtime = IsRunningOnWindows() ? "win-x64" : IsRunningOnMacOs() ? "osx-arm64" : "linux-x64",
        NoRestore = true,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Quiet,
        MSBuildSettings = Release(options),
    });
    ShowPackages("./artifacts/packages");
}

// The command with ONNX Runtime's CUDA package, into a folder of its own: it is no part of the release, and 400 MB.
void PackGpu(BuildOptions options)
{
    const string Folder = "./artifacts/packages-gpu";
    CleanDirectory(Folder);
    DotNetMSBuildSettings settings = new() { Properties = { ["OnnxRuntime"] = ["Gpu"] } };
    DotNetRestore(BuildOptions.Tool, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Quiet, MSBuildSettings = settings });
    foreach (string platform in new[] { null, IsRunningOnWindows() ? "win-x64" : "linux-x64" })
    {
        DotNetPack(BuildOptions.Tool, new DotNetPackSettings
        {
            Configuration = options.Configuration,
            OutputDirectory = Folder,
            Runtime = platform,
            NoRestore = true,
            NoLogo = true,
            Verbosity = DotNetVerbosity.Quiet,
            MSBuildSettings = settings,
        });
    }

    ShowPackages(Folder);
}

void ShowPackages(string folder)
{
    foreach (FilePath package in GetFiles($"{folder}/*.{{nupkg,zip,gz}}").OrderBy(file => file.FullPath))
    {
        Console.WriteLine($"{FileSize(package) / 1e6,8:F1} MB  {Shown(package)}");
    }
}

void QuantizeFolder(BuildOptions options, string scheme)
{
    EnsureDirectoryExists($"{options.Models}-{scheme}");
    // Blocks of weights serve products; the codec has none to speak of.
    bool copiesCodec = scheme.StartsWith("weight-only");
    foreach (string graph in BuildOptions.Graphs.Where(graph => !copiesCodec || !graph.StartsWith("codec")))
    {
        Run(options, Quantize(options, scheme, graph), showFacts: options.Asks("Quantize"));
    }

    if (copiesCodec)
    {
        CopyFiles($"{options.Models}/codec_*.onnx*", $"{options.Models}-{scheme}");
    }
}

static void ShowHelp(IReadOnlyList<ICakeTaskInfo> tasks)
{
    Console.WriteLine("./build.sh [TASK] [--option value]...    on Windows: ./build.ps1, with the same words; no TASK: the whole pipeline\n\ntasks, each with what it needs:");
    foreach (ICakeTaskInfo task in tasks.Where(task => task.Description is not null))
    {
        Console.WriteLine($"  {task.Name.ToLowerInvariant(),-22} {task.Description}");
    }

    Console.WriteLine("\noptions:");
    foreach ((string words, string meaning) in BuildOptions.Help)
    {
        Console.WriteLine($"  {words,-22} {meaning}");
    }

    Console.WriteLine("\nAn up-to-date step is skipped. Logs: artifacts/logs/NAME/STEP.log.");
}
