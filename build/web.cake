// The page of web/, with the models of --name in the form that a browser loads fastest.

// The page's models are made from those of --name: INT8 products, which are faster in WebAssembly too, and a codec in float16, which is as
// fast and half the size.
DirectoryPath WebModels(BuildOptions options) => $"{options.Models}-web";

ToolStep WebQuantize(BuildOptions options, string graph) => new($"web-{graph}", "quantize",
    new ProcessArgumentBuilder()
        .AppendQuoted($"{options.Models}/{graph}.onnx")
        .AppendQuoted($"{WebModels(options)}/{graph}.onnx")
        .AppendSwitchQuoted("--scheme", graph.StartsWith("codec") ? "float16" : "dynamic")
        .AppendSwitchQuoted("--judge", "0")
        .AppendOption("--calibration", graph.StartsWith("codec") ? options.Input.FullPath : null),
    [$"{options.Models}/{graph}.onnx*", $"{options.Models}/codec_encoder.onnx*", options.Input.FullPath],
    [$"{WebModels(options)}/{graph}.onnx*"]);

ToolStep WebStep(BuildOptions options, string graph) => new($"web-{graph}-step", "step",
    new ProcessArgumentBuilder().AppendQuoted($"{options.Models}/{graph}.onnx").AppendSwitchQuoted("--out", WebModels(options).FullPath),
    [$"{options.Models}/{graph}.onnx"],
    [$"{WebModels(options)}/{graph}_step*.onnx"]);

void BuildWeb(BuildOptions options)
{
    FilePath node = Context.Tools.Resolve(IsRunningOnWindows() ? "node.exe" : "node");
    FilePath npm = Context.Tools.Resolve(IsRunningOnWindows() ? "npm.cmd" : "npm");
    if (node is null || npm is null)
    {
        Console.WriteLine("Skipped web: no node and npm on the PATH. The page needs Node.js 20 or newer to be built.");
        return;
    }

    EnsureDirectoryExists(WebModels(options));
    foreach (string graph in BuildOptions.Graphs)
    {
        Run(options, WebQuantize(options, graph), showFacts: false);
    }

    Run(options, WebStep(options, "coarse"), showFacts: false);
    Run(options, WebStep(options, "c2f"), showFacts: false);
    CopyFileToDirectory($"{options.Models}/manifest.json", WebModels(options));
    RunInWeb(npm, "ci --ignore-scripts --no-fund --no-audit --loglevel=error");
    RunInWeb(npm, "run build --silent");
    RunInWeb(node, $"scripts/models.mjs \"{MakeAbsolute(WebModels(options))}\" dist/models");
    Console.WriteLine("The page: web/dist. To look at it: vampnet serve --models " + Shown(options.Models) + " --web web/dist");
}

void RunInWeb(FilePath program, string arguments)
{
    int exitCode = StartProcess(program, new ProcessSettings { Arguments = arguments, WorkingDirectory = "./web" });
    if (exitCode != 0)
    {
        string name = program.GetFilenameWithoutExtension().FullPath;
        throw new CakeException($"{name} {arguments} ended with exit code {exitCode}. Its messages stand above.");
    }
}
