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

// vampnet-lite for every platform, from this one: a tool and an archive that brings .NET along, compiled ahead of time. Where no package
// has .NET's runtime for a platform, its tool and archive need .NET there, and compile as they start.
void PackLite(BuildOptions options)
{
    const string Project = "./src/VampNet.Lite", Folder = "./artifacts/lite";
    CleanDirectory(Folder);
    string version = XmlPeek("./Directory.Build.props", "/Project/PropertyGroup/Version");
    DotNetMSBuildSettings Settings(string platform, bool isCompiled, bool isArchive)
    {
        DotNetMSBuildSettings settings = Release(options);
        settings.Properties["PackLite"] = ["true"];
        foreach ((string name, bool isSet, string value) in new[]
        {
            ("LitePlatform", platform is not null, platform), ("LiteCompiled", !isCompiled, "false"), ("LiteArchive", isArchive, "true"),
        })
        {
            if (isSet)
            {
                settings.Properties[name] = [value];
            }
        }

        return settings;
    }

    bool Restore(string platform, bool isCompiled, bool isArchive)
    {
        try
        {
            DotNetRestore(Project, new DotNetRestoreSettings
            {
                Verbosity = DotNetVerbosity.Quiet, MSBuildSettings = Settings(platform, isCompiled, isArchive),
            });
            return true;
        }
        catch (CakeException) when (isCompiled)
        {
            Console.WriteLine($"{platform}: .NET's runtime for it cannot be had as a package; tool and archive need .NET 10 there.");
            return false;
        }
    }

    foreach (string platform in new[] { "linux-x64", "linux-arm64", "win-x64", "win-arm64", "osx-arm64" })
    {
        string output = $"./artifacts/lite/{platform}/vampnet-lite";
        bool isCompiled = Restore(platform, isCompiled: true, isArchive: true) || !Restore(platform, isCompiled: false, isArchive: true);
        DotNetPublish(Project, new DotNetPublishSettings
        {
            Configuration = options.Configuration, NoRestore = true, NoLogo = true, OutputDirectory = output,
            Verbosity = DotNetVerbosity.Quiet, MSBuildSettings = Settings(platform, isCompiled, isArchive: true),
        });
        Archive(platform, $"{Folder}/vampnet-lite-{version}-{platform}");
        Restore(platform, isCompiled, isArchive: false);
        PackTool(platform, isCompiled);
    }

    DotNetRestore(Project, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Quiet });
    PackTool(null, isCompiled: false);
    ShowPackages(Folder);

    void PackTool(string platform, bool isCompiled) => DotNetPack(Project, new DotNetPackSettings
    {
        Configuration = options.Configuration, OutputDirectory = Folder, NoRestore = true, NoLogo = true, Verbosity = DotNetVerbosity.Quiet,
        MSBuildSettings = Settings(platform, isCompiled, isArchive: false),
    });

    void Archive(string platform, string name)
    {
        string folder = MakeAbsolute(Directory($"{Folder}/{platform}")).FullPath;
        if (platform.StartsWith("win"))
        {
            System.IO.Compression.ZipFile.CreateFromDirectory(folder, MakeAbsolute(File($"{name}.zip")).FullPath);
        }
        else
        {
            using var file = System.IO.File.Create(MakeAbsolute(File($"{name}.tar.gz")).FullPath);
            using var stream = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Optimal);
            System.Formats.Tar.TarFile.CreateFromDirectory(folder, stream, includeBaseDirectory: false);
        }

        DeleteDirectory(folder, new DeleteDirectorySettings { Recursive = true, Force = true });
    }
}

// The tests of what PackLite has made, alone.
void TestLite(BuildOptions options)
{
    DotNetBuild($"./tests/{PackageTests}", new DotNetBuildSettings
    {
        Configuration = options.Configuration, NoLogo = true, Verbosity = DotNetVerbosity.Quiet,
    });
    string program = $"./tests/{PackageTests}/bin/{options.Configuration}/net10.0/{PackageTests}.dll";
    int exitCode = StartProcess("dotnet", $"exec {program} -noLogo -noColor -class *LiteTests*");
    if (exitCode != 0)
    {
        throw new CakeException($"The tests of vampnet-lite ended with exit code {exitCode}.");
    }
}

void ShowPackages(string folder)
{
    foreach (FilePath package in GetFiles($"{folder}/*.{{nupkg,zip,gz}}").OrderBy(file => file.FullPath))
    {
        Console.WriteLine($"{FileSize(package) / 1e6,8:F1} MB  {Shown(package)}");
    }
}

// Six pieces of ten seconds: enough for a standard error of a few ten-thousandths of a nat.
void ComposeHeldOut(BuildOptions options)
{
    const int Pieces = 6, FirstSeed = 9000;
    if (Enumerable.Range(FirstSeed, Pieces).All(seed => FileExists($"{HeldOut}/piece-{seed}.wav")))
    {
        Console.WriteLine($"Skipped music: {Shown(HeldOut)} holds it.");
        return;
    }

    Console.WriteLine("Running music: not done yet");
    DotNetRun(
        "tools/VampNet.BandMaker",
        new ProcessArgumentBuilder().AppendSwitchQuoted("--out", HeldOut).Append($"--pieces {Pieces} --seed {FirstSeed}"),
        new DotNetRunSettings { Configuration = options.Configuration });
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
    Console.WriteLine("./build.sh [TASK] [--option value]...    on Windows: ./build.ps1, with the same words; no TASK: the whole pipeline");
    Console.WriteLine("\ntasks; each runs the tasks that it needs first:");
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
