// How the tasks call the vampnet command.

ProcessArgumentBuilder ExportArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendSwitchQuoted("--checkpoints", options.Checkpoints.FullPath)
    .AppendSwitchQuoted("--out", options.Models.FullPath)
    .AppendOption("--lora", options.Lora?.FullPath)
    .AppendOption("--opset", options.Opset)
    .AppendOption("--target", options.GraphTarget)
    .AppendOption("--license", options.License);

ProcessArgumentBuilder VerifyArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendQuoted(options.Models.FullPath)
    .AppendSwitchQuoted("--checkpoints", options.Checkpoints.FullPath)
    .AppendSwitchQuoted("--report", $"{options.Reports}/verification.md")
    .AppendOption("--lora", options.Lora?.FullPath);

ProcessArgumentBuilder VampArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendQuoted(MakeAbsolute(File("./checkpoints/demo/clip.wav")).FullPath)
    .AppendQuoted($"{options.Reports}/vamp.wav")
    .AppendSwitchQuoted("--models", options.Models.FullPath)
    .AppendSwitchQuoted("--picture", $"{options.Reports}/vamp.png");

ProcessArgumentBuilder OptimizeArguments(BuildOptions options, string graph) => new ProcessArgumentBuilder()
    .AppendQuoted($"{options.Models}/{graph}.onnx")
    .AppendQuoted($"{options.Models}-optimized/{graph}.onnx")
    .AppendSwitchQuoted("--target", "onnxruntime");

ProcessArgumentBuilder BenchArguments(BuildOptions options) => new ProcessArgumentBuilder()
    .AppendQuoted(options.Models.FullPath)
    .AppendOption("--threads", options.Threads);

ProcessArgumentBuilder ReportArguments(BuildOptions options, bool keep)
{
    ProcessArgumentBuilder arguments = new ProcessArgumentBuilder()
        .AppendQuoted(options.Models.FullPath)
        .AppendSwitchQuoted("--out", options.Reports.FullPath)
        .AppendSwitchQuoted("--input", MakeAbsolute(File("./checkpoints/demo/clip.wav")).FullPath)
        .AppendOption("--threads", options.Threads);
    foreach (string scheme in options.Schemes)
    {
        arguments.AppendSwitchQuoted("--quantized", $"{options.Models}-{scheme}");
    }

    return keep ? arguments.AppendSwitchQuoted("--baseline", options.Baseline.FullPath)
        : FileExists(options.Baseline) ? arguments.AppendSwitchQuoted("--against", options.Baseline.FullPath) : arguments;
}

// The report judges what this makes, with the others.
void Quantize(BuildOptions options, string scheme)
{
    string folder = $"{options.Models}-{scheme}";
    EnsureDirectoryExists(folder);
    foreach (string graph in new[] { "coarse", "c2f" })
    {
        VampNet(options, "quantize", new ProcessArgumentBuilder()
            .AppendQuoted($"{options.Models}/{graph}.onnx")
            .AppendQuoted($"{folder}/{graph}.onnx")
            .AppendSwitchQuoted("--scheme", scheme)
            .Append("--judge 0"), showFacts: options.Asks("Quantize"));
    }

    CopyFiles($"{options.Models}/codec_*.onnx*", folder);
}

// Progress and errors always show; facts that a later task shows again can be left out.
void VampNet(BuildOptions options, string command, ProcessArgumentBuilder arguments, bool showFacts = true)
{
    FilePath program = MakeAbsolute(File($"./src/VampNet.Cli/bin/{options.Configuration}/net10.0/vampnet.dll"));
    int exitCode = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = new ProcessArgumentBuilder().Append("exec").AppendQuoted(program.FullPath).Append(command).Append(arguments.Render()),
        RedirectStandardOutput = !showFacts,
        RedirectedStandardOutputHandler = showFacts ? null : _ => null,
    });
    if (exitCode != 0)
    {
// Cake answers 1 to any failure; the command's own code says which kind it is.
        Console.Error.WriteLine($"vampnet {command} ended with exit code {exitCode}: its own lines above say why.");
        System.Environment.Exit(exitCode);
    }
}

static ProcessArgumentBuilder AppendOption(this ProcessArgumentBuilder builder, string name, string value) =>
    value is null ? builder : builder.AppendSwitchQuoted(name, value);
