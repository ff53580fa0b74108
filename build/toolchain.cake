// Each step as a call of the vampnet command: its words, what it reads, what it writes.

ToolStep Export(BuildOptions options) => new("export", "export",
    WithCheckpoints(new ProcessArgumentBuilder().AppendSwitchQuoted("--out", options.Models.FullPath), options)
        .AppendOption("--opset", options.Opset)
        .AppendOption("--target", options.GraphTarget)
        .AppendOption("--license", options.License),
    [.. CheckpointFiles(options), $"{options.Checkpoints}/clip.*"],
    [
        $"{options.Models}/*.onnx", $"{options.Models}/*.onnx.data", $"{options.Models}/*.ledger.json", $"{options.Models}/clip.*",
        $"{options.Models}/manifest.json",
    ]);

ToolStep Verify(BuildOptions options) => new("verify", "verify",
    WithCheckpoints(new ProcessArgumentBuilder().AppendQuoted(options.Models.FullPath), options)
        .AppendSwitchQuoted("--report", $"{options.Reports}/verification.md"),
    [.. CheckpointFiles(options), .. Graphs(options.Models), $"{options.Models}/manifest.json"],
    [$"{options.Models}/verdicts.json", $"{options.Reports}/verification.md"]);

ToolStep Vamp(BuildOptions options) => new("vamp", "vamp",
    new ProcessArgumentBuilder()
        .AppendQuoted(options.Input.FullPath)
        .AppendQuoted($"{options.Reports}/vamp.wav")
        .AppendSwitchQuoted("--models", options.Models.FullPath)
        .AppendSwitchQuoted("--picture", $"{options.Reports}/vamp.png")
        .AppendOption("--periodic-prompt", options.IsDemoModel ? "5" : null)
        .AppendOption("--temperature", options.IsDemoModel ? "0.6" : null),
    [options.Input.FullPath, .. Graphs(options.Models)],
    [$"{options.Reports}/vamp.wav", $"{options.Reports}/vamp.json", $"{options.Reports}/vamp.png"]);

ToolStep Optimize(BuildOptions options, string graph) => new($"optimize-{graph}", "optimize",
    new ProcessArgumentBuilder()
        .AppendQuoted($"{options.Models}/{graph}.onnx")
        .AppendQuoted($"{options.Models}-optimized/{graph}.onnx")
        .AppendSwitchQuoted("--target", "onnxruntime"),
    [$"{options.Models}/{graph}.onnx*"],
    [$"{options.Models}-optimized/{graph}.onnx*"]);

// Judged by the report, with the others; a goal is judged at once. The codec is convolutions, which gain by static INT8 alone.
ToolStep Quantize(BuildOptions options, string scheme, string graph)
{
    bool isCodec = graph.StartsWith("codec"), isGoal = options.Goal is not null && !isCodec;
    ProcessArgumentBuilder arguments = new ProcessArgumentBuilder()
        .AppendQuoted($"{options.Models}/{graph}.onnx")
        .AppendQuoted($"{options.Models}-{scheme}/{graph}.onnx")
        .AppendSwitchQuoted("--scheme", isCodec && scheme == "dynamic" ? "static" : scheme)
        .AppendOption("--goal", isGoal ? options.Goal : null)
        .AppendOption("--judge", isGoal || scheme == "auto" ? null : "0")
        .AppendOption("--threads", options.Threads);
    arguments = scheme == "auto" ? arguments.Append("--or-float32") : arguments;
    arguments = isCodec && scheme is "dynamic" or "static" ? arguments.Append("--embedding-tables") : arguments;
    // Ranges are measured on music: the demo's clip, or the recording that was given.
    bool measures = scheme is "static" or "auto" or "float16" || (isCodec && scheme == "dynamic");
    arguments = arguments
        .AppendOption("--calibration", measures ? options.Input.FullPath : null)
        .AppendOption("--judge-on", isGoal ? HeldOut : null);
    string[] inputs =
    [
        $"{options.Models}/{graph}.onnx*",
        .. measures || isGoal ? new[] { options.Input.FullPath, $"{options.Models}/codec_encoder.onnx*", $"{HeldOut}/*.wav" } : [],
    ];
    return new($"quantize-{scheme}-{graph}", "quantize", arguments, inputs, [$"{options.Models}-{scheme}/{graph}.onnx*"]);
}

// Pieces of the demo's band that neither training nor calibration has heard.
string HeldOut => Full("artifacts/band/held-out");

// Its log is what it makes.
ToolStep Bench(BuildOptions options) => new("bench", "bench",
    new ProcessArgumentBuilder().AppendQuoted(options.Models.FullPath).AppendOption("--threads", options.Threads),
    Graphs(options.Models),
    [Full($"artifacts/logs/{options.Name}/bench.log")]);

ToolStep Report(BuildOptions options, bool keep)
{
    ProcessArgumentBuilder arguments = new ProcessArgumentBuilder()
        .AppendQuoted(options.Models.FullPath)
        .AppendSwitchQuoted("--out", options.Reports.FullPath)
        .AppendSwitchQuoted("--input", options.Input.FullPath)
        .AppendSwitchQuoted("--settings", $"{options.Reports}/vamp.json")
        .AppendSwitchQuoted("--spectrograms", $"{options.Reports}/sound.png")
        .AppendSwitchQuoted("--judge-on", HeldOut)
        .AppendOption("--goal", options.Goal)
        .AppendOption("--threads", options.Threads);
    foreach (string scheme in options.Schemes)
    {
        arguments.AppendSwitchQuoted("--quantized", $"{options.Models}-{scheme}");
    }

    string held = !keep && FileExists(options.Baseline) ? options.Baseline.FullPath : null;
    arguments = arguments.AppendOption("--baseline", keep ? options.Baseline.FullPath : null).AppendOption("--against", held);
    string[] inputs =
    [
        options.Input.FullPath, $"{options.Reports}/vamp.json", $"{HeldOut}/*.wav", $"{options.Models}/*",
        .. options.Schemes.Select(scheme => $"{options.Models}-{scheme}/*"),
        .. held is null ? [] : new[] { held },
    ];
    string[] pages = [.. new[] { "report.html", "report.json", "report.md", "sound.png" }.Select(page => $"{options.Reports}/{page}")];
    return new(keep ? "baseline" : "report", "report", arguments, inputs, keep ? [options.Baseline.FullPath, .. pages] : pages);
}

static ProcessArgumentBuilder WithCheckpoints(ProcessArgumentBuilder arguments, BuildOptions options) => arguments
    .AppendSwitchQuoted("--checkpoints", options.Checkpoints.FullPath)
    .AppendOption("--lora", options.Lora)
    .AppendOption("--tag", options.Tag);

// What the command may read, wherever it finds it: a change of any of these runs the step again.
string[] CheckpointFiles(BuildOptions options) =>
[
    .. new[] { "", "/models/vampnet", "/vampnet" }
        .SelectMany(place => new[] { "pth", "pt", "safetensors" }, (place, extension) => $"{options.Checkpoints}{place}/*.{extension}"),
    .. options.Lora is null ? [] : LoraFiles(options),
];

string[] LoraFiles(BuildOptions options)
{
    if (FileExists(options.Lora))
    {
        return [options.Lora];
    }

    string tag = options.Tag ?? "latest";
    string[] folders =
    [
        options.Lora,
        .. new[] { "models/vampnet/loras", "loras", "models/loras", "runs", "../../runs" }
            .Select(shelf => $"{options.Checkpoints}/{shelf}/{options.Lora}"),
    ];
    return
    [
        .. folders
            .Where(folder => DirectoryExists(folder))
            .SelectMany(
                folder => new[] { "", $"/coarse/{tag}", $"/coarse/{tag}/vampnet", $"/c2f/{tag}", $"/c2f/{tag}/vampnet" },
                (folder, place) => $"{folder}{place}/*.pth"),
    ];
}

string[] Graphs(DirectoryPath models) => [$"{models}/*.onnx", $"{models}/*.onnx.data"];

string Full(string path) => MakeAbsolute(File(path)).FullPath;

static ProcessArgumentBuilder AppendOption(this ProcessArgumentBuilder builder, string name, string value) =>
    value is null ? builder : builder.AppendSwitchQuoted(name, value);
