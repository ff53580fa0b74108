// The road from checkpoints to verified models, and the checks that guard it. Orchestration only: the logic is in the toolchain.
#load build/options.cake
#load build/toolchain.cake
#load build/tests.cake

var options = BuildOptions.Read(Context);

Task("Clean")
    .Description("Deletes what the other tasks make: binaries, artifacts, and the models and reports of --name.")
    .Does(() =>
{
    CleanDirectories("./{src,tests,tools,build}/*/{bin,obj}");
    CleanDirectories($"./artifacts/{{tests,logs}}");
    CleanDirectories(options.Models.FullPath);
    CleanDirectories($"{options.Models}-optimized");
    foreach (string scheme in options.Schemes)
    {
        CleanDirectories($"{options.Models}-{scheme}");
    }

    CleanDirectories(options.Reports.FullPath);
});

Task("Restore")
    .Description("Restores packages; with CI=true exactly as the lock files say.")
    .Does(() => DotNetRestore(BuildOptions.Solution, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Quiet }));

Task("Lint")
    .Description("Fails when dotnet format would change a file.")
    .IsDependentOn("Restore")
    .Does(() => DotNetFormat(BuildOptions.Solution, new DotNetFormatSettings { VerifyNoChanges = true, NoRestore = true }));

Task("Build")
    .Description("Builds everything; warnings are errors.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(BuildOptions.Solution, new DotNetBuildSettings
    {
        Configuration = options.Configuration,
        NoRestore = true,
        NoLogo = true,
        Verbosity = DotNetVerbosity.Quiet,
    }));

Task("Test")
    .Description("Runs every test project and prints the sum as its last line; --only NAME runs those whose project name holds NAME.")
    .IsDependentOn("Build")
    .Does(() => RunTests(options));

Task("Export")
    .Description("Writes ONNX models of the checkpoints in --checkpoints DIR into models/NAME.")
    .IsDependentOn("Build")
    .Does(() => VampNet(options, "export", ExportArguments(options), showFacts: options.Asks("Export")));

Task("Verify")
    .Description("Proves the exported models against TorchSharp.")
    .IsDependentOn("Export")
    .Does(() => VampNet(options, "verify", VerifyArguments(options)));

Task("Optimize")
    .Description("Rewrites the exported graphs with ONNX Runtime's fused operators into models/NAME-optimized, each proven equal.")
    .IsDependentOn("Export")
    .DoesForEach(BuildOptions.Graphs, graph => VampNet(options, "optimize", OptimizeArguments(options, graph)));

Task("Quantize")
    .Description("Quantizes the transformers by each of --schemes into models/NAME-SCHEME; the codec goes along as it is.")
    .IsDependentOn("Export")
    .DoesForEach(() => options.Schemes, scheme => Quantize(options, scheme));

Task("Bench")
    .Description("Times every graph, and the music they make.")
    .IsDependentOn("Export")
    .Does(() => VampNet(options, "bench", BenchArguments(options)));

Task("Report")
    .Description("Writes reports/NAME/report.html, .json and .md, and holds them against reports/baselines/NAME.json where there is one.")
    .IsDependentOn("Verify")
    .IsDependentOn("Quantize")
    .Does(() => VampNet(options, "report", ReportArguments(options, keep: false)));

Task("Baseline")
    .Description("Keeps the figures of a new report in reports/baselines/NAME.json.")
    .IsDependentOn("Verify")
    .IsDependentOn("Quantize")
    .Does(() => VampNet(options, "report", ReportArguments(options, keep: true)));

Task("Vamp")
    .Description("Makes music with the models: checkpoints/demo/clip.wav in, reports/NAME/vamp.wav out.")
    .IsDependentOn("Verify")
    .Does(() => VampNet(options, "vamp", VampArguments(options)));

Task("CI")
    .Description("What a change must pass: Lint, the whole road, Test.")
    .IsDependentOn("Lint")
    .IsDependentOn("Vamp")
    .IsDependentOn("Report")
    .IsDependentOn("Test");

Task("Default")
    .Description("The whole road on the demo checkpoints, or on those in --checkpoints DIR.")
    .IsDependentOn("Vamp")
    .IsDependentOn("Report");

RunTarget(options.Task);
