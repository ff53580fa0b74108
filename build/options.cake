// What the command line asks for. `--target` is the toolchain's own option (the kind of graph), so the Cake task is named by --task.
public sealed record BuildOptions(
    string Task, string Configuration, string Name, DirectoryPath Checkpoints, DirectoryPath Models, DirectoryPath Reports,
    string Lora, string Tag, string Opset, string GraphTarget, string License, string Only, int Parallel,
    FilePath Input, string[] Schemes, string Goal, string Threads, bool Force, FilePath Baseline)
{
    public const string Solution = "VampNet.Toolchain.slnx", Tool = "src/VampNet.Cli";

    // The demo's models are small: they sound best with more of the prompt kept and a lower temperature than the released ones
    // (checkpoints/README.md).
    public bool IsDemoModel => Checkpoints.FullPath.EndsWith("/checkpoints/demo");

    public static readonly string[] Graphs = ["coarse", "c2f", "codec_encoder", "codec_decoder"];

    // As --help shows them.
    public static readonly (string Words, string Meaning)[] Help =
    [
        ("--checkpoints DIR", "a folder that holds coarse.pth, c2f.pth and codec.pth, itself or in models/vampnet as upstream's checkout; "
            + "default checkpoints/demo"),
        ("--name NAME", "the models go to models/NAME, the pages to reports/NAME; default the folder's name"),
        ("--lora PATH", "LoRA tensors to merge, or a fine-tuned model: a file, a folder with coarse.pth and c2f.pth, or the NAME of one "
            + "in DIR/loras, DIR/models/vampnet/loras or DIR/runs"),
        ("--tag TAG", "which state of a training run --lora takes; default latest"),
        ("--input FILE", "vamp this recording and put it into the report; default checkpoints/demo/clip.wav, ten seconds of the "
            + "demo's band"),
        ("--opset N", "ONNX operator set; default what vampnet export takes"),
        ("--target KIND", "portable (standard operators alone) or onnxruntime (its fused ones)"),
        ("--license SPDX", "the weights' licence, written into every graph and page"),
        ("--schemes A,B", "how to quantize: dynamic, static, auto, float16, weight-only-8, weight-only-4; default dynamic, "
            + "with which the codec is quantized statically"),
        ("--goal GOAL", "what quantized transformers must reach on held-out music, as nll<=+0.005; ends with exit code 3 when one cannot"),
        ("--threads N", "threads per operator in measurements; default one per core"),
        ("--force", "run up-to-date steps too"),
        ("--only NAME", "test runs only the projects whose name contains NAME"),
        ("--configuration Debug", "default Release"),
    ];

    public bool Asks(string task) => Task.Equals(task, StringComparison.OrdinalIgnoreCase);

    public static BuildOptions Read(ICakeContext context)
    {
        // Paths on the command line are relative to where the user stood, not to the repository.
        DirectoryPath from = context.Argument("from", context.Environment.WorkingDirectory.FullPath);
        string root = context.Environment.WorkingDirectory.FullPath;
        DirectoryPath given = context.HasArgument("checkpoints")
            ? new DirectoryPath(context.Argument<string>("checkpoints")).MakeAbsolute(from)
            : new DirectoryPath($"{root}/checkpoints/demo");
        string name = context.Argument("name", given.GetDirectoryName());

        return new BuildOptions(
            Task: context.Argument("task", "Default"),
            Configuration: context.Argument("configuration", "Release"),
            Name: name,
            Checkpoints: given,
            Models: $"{root}/models/{name}",
            Reports: $"{root}/reports/{name}",
            Lora: context.HasArgument("lora") ? PathOrName(context, context.Argument<string>("lora"), from) : null,
            Tag: context.Argument<string>("tag", null),
            Opset: context.Argument<string>("opset", null),
            GraphTarget: context.Argument<string>("target", null),
            License: context.Argument<string>("license", given.FullPath == $"{root}/checkpoints/demo" ? "MIT" : null),
            Only: context.Argument("only", ""),
            Parallel: context.Argument("parallel", Math.Max(1, System.Environment.ProcessorCount / 2)),
            Input: context.HasArgument("input")
                ? new FilePath(context.Argument<string>("input")).MakeAbsolute(from)
                : new FilePath($"{root}/checkpoints/demo/clip.wav"),
            Schemes: context.Argument("schemes", "dynamic")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Goal: context.Argument<string>("goal", null),
            Threads: context.Argument<string>("threads", null),
            Force: context.HasArgument("force"),
            Baseline: $"{root}/reports/baselines/{name}.json");
    }

    // A path is relative to where the user stood; a name is looked up by the command.
    private static string PathOrName(ICakeContext context, string lora, DirectoryPath from)
    {
        string path = new FilePath(lora).MakeAbsolute(from).FullPath;
        return context.FileExists(path) || context.DirectoryExists(path) ? path : lora;
    }
}
