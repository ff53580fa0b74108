// The pipeline from checkpoints to verified models, and the checks of a change. Orchestration only: the logic is in the toolchain.
#load build/options.cake
#load build/steps.cake
#load build/toolchain.cake
#load build/tasks.cake
#load build/tests.cake
#load build/web.cake
#load build/readme.cake

var options = BuildOptions.Read(Context);

Task("Clean")
    .Description("deletes what the other tasks make: binaries, artifacts, and the models and reports of --name")
    .Does(() =>
{
    CleanDirectories("./{src,tests,tools,build,samples}/*/{bin,obj}");
    CleanDirectories("./artifacts/{tests,logs,steps,packages,packages-gpu,lite,browser,docs,docs-api,band}");
    CleanDirectories([options.Models, options.Reports, $"{options.Models}-optimized"]);
    CleanDirectories(options.Schemes.Select(scheme => new DirectoryPath($"{options.Models}-{scheme}")));
});

Task("Restore")
    .Description("restores packages; with CI=true exactly as the lock files say")
    .Does(() => DotNetRestore(BuildOptions.Solution, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Quiet }));

Task("Lint")
    .Description("fails when CSharpier would format a file otherwise; the build itself enforces .editorconfig")
    .Does(() => DotNetTool(".", "csharpier", "check ."));

Task("Build")
    .Description("builds everything; warnings are errors")
    .IsDependentOn("Restore")
    .Does(() => Build(options, BuildOptions.Solution, restore: false));

// The steps need the command alone.
Task("Tool")
    .Does(() => Build(options, BuildOptions.Tool, restore: true));

Task("Test")
    .Description("runs all test projects except the one for the packages; the last line sums them up")
    .IsDependentOn("Build")
    .Does(() => RunTests(options, name => name != PackageTests && name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)));

Task("Export")
    .Description("writes ONNX models of the checkpoints in --checkpoints DIR into models/NAME")
    .IsDependentOn("Tool")
    .Does(() => Run(options, Export(options), showFacts: options.Asks("Export")));

Task("Verify")
    .Description("compares the exported models with TorchSharp; exit code 3 when a budget is exceeded")
    .IsDependentOn("Export")
    .Does(() => Run(options, Verify(options)));

Task("Vamp")
    .Description("makes music with the models: --input FILE (checkpoints/demo/clip.wav) in, reports/NAME/vamp.wav out")
    .IsDependentOn("Verify")
    .Does(() => Run(options, Vamp(options)));

Task("Music")
    .Description("composes six pieces of the demo's band, on which quantized models are judged: artifacts/band/held-out")
    .IsDependentOn("Tool")
    .Does(() => ComposeHeldOut(options));

Task("Optimize")
    .Description("rewrites the exported graphs with ONNX Runtime's fused operators into models/NAME-optimized, and checks each")
    .IsDependentOn("Export")
    .DoesForEach(BuildOptions.Graphs, graph => Run(options, Optimize(options, graph)));

Task("Quantize")
    .Description("quantizes the models by each of --schemes into models/NAME-SCHEME; exit code 3 when a --goal is missed")
    .IsDependentOn("Export")
    .IsDependentOn("Music")
    .DoesForEach(() => options.Schemes, scheme => QuantizeFolder(options, scheme));

Task("Bench")
    .Description("times every graph, and the music they make")
    .IsDependentOn("Export")
    .Does(() => Run(options, Bench(options)));

Task("Report")
    .Description("writes reports/NAME/report.html, .json, .md; exit code 3 when a figure is worse than reports/baselines/NAME.json allows")
    .IsDependentOn("Vamp")
    .IsDependentOn("Quantize")
    .Does(() => Run(options, Report(options, keep: false)))
    .Does(() => CheckReadme(options));

Task("Baseline")
    .Description("keeps the figures of a new report in reports/baselines/NAME.json, with which later reports are compared")
    .IsDependentOn("Vamp")
    .IsDependentOn("Quantize")
    .Does(() => Run(options, Report(options, keep: true)));

Task("Web")
    .Description("builds the page that vamps in a browser, with the models of --name: web/dist; needs Node.js")
    .IsDependentOn("Export")
    .Does(() => BuildWeb(options));

Task("Docs")
    .Description("writes the API pages of the libraries, and the pages of docs/, into artifacts/docs")
    .IsDependentOn("Build")
    .WithCriteria(() => options.Configuration == "Release", "the pages are made of the Release build")
    .Does(() => DotNetTool(".", "docfx", "docfx.json --warningsAsErrors"));

Task("Readme")
    .Description("writes the demo report's main figures into docs/demo.md, and its pictures into reports/demo.png and demo-sound.png")
    .IsDependentOn("Report")
    .Does(() => WriteReadme(options));

Task("Pack")
    .Description("packs the command and the libraries into artifacts/packages, then installs and runs them from there")
    .IsDependentOn("Build")
    .Does(() => Pack(options))
    .Does(() => RunTests(options, project => project == PackageTests));

Task("Pack-Gpu")
    .Description("packs the command with ONNX Runtime's CUDA package, vampnet-gpu, into artifacts/packages-gpu")
    .Does(() => PackGpu(options));

Task("Lite")
    .Description("packs vampnet-lite, the command without libtorch, for five platforms into artifacts/lite, and tests the packages")
    .Does(() => PackLite(options))
    .Does(() => TestLite(options));

Task("CI")
    .Description("what a change must pass: lint, the whole pipeline, packages, all tests")
    .IsDependentOn("Lint")
    .IsDependentOn("Vamp")
    .IsDependentOn("Report")
    .IsDependentOn("Pack")
    .IsDependentOn("Test");

Task("Default")
    .Description("the whole pipeline: export, verify, vamp, quantize, report")
    .IsDependentOn("Vamp")
    .IsDependentOn("Report");

Task("Help")
    .Description("shows this")
    .Does(() => ShowHelp(Tasks));

RunTarget(options.Task);
