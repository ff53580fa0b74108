// What the command line asks for. `--target` is the toolchain's own option (the kind of graph), so the Cake task is named by --task.
public sealed record BuildOptions(
    string Task, string Configuration, string Name, DirectoryPath Checkpoints, DirectoryPath Models, DirectoryPath Reports,
    FilePath Lora, string Opset, string GraphTarget, string License, string Only, int Parallel,
    string[] Schemes, string Threads, FilePath Baseline)
{
    public const string Solution = "VampNet.Toolchain.sln";

    public static readonly string[] Graphs = ["coarse", "c2f", "codec_encoder", "codec_decoder"];

    public bool Asks(string task) => Task.Equals(task, StringComparison.OrdinalIgnoreCase);

    public static BuildOptions Read(ICakeContext context)
    {
        // Paths on the command line are relative to where the user stood, not to the repository.
        DirectoryPath from = context.Argument("from", context.Environment.WorkingDirectory.FullPath);
        string root = context.Environment.WorkingDirectory.FullPath;
        DirectoryPath checkpoints = context.HasArgument("checkpoints")
            ? new DirectoryPath(context.Argument<string>("checkpoints")).MakeAbsolute(from)
            : new DirectoryPath($"{root}/checkpoints/demo");
        string name = context.Argument("name", checkpoints.GetDirectoryName());

        return new BuildOptions(
            Task: context.Argument("task", "Default"),
            Configuration: context.Argument("configuration", "Release"),
            Name: name,
            Checkpoints: checkpoints,
            Models: $"{root}/models/{name}",
            Reports: $"{root}/reports/{name}",
            Lora: context.HasArgument("lora") ? new FilePath(context.Argument<string>("lora")).MakeAbsolute(from) : null,
            Opset: context.Argument<string>("opset", null),
            GraphTarget: context.Argument<string>("target", null),
            License: context.Argument<string>("license", null),
            Only: context.Argument("only", ""),
            Parallel: context.Argument("parallel", Math.Max(1, System.Environment.ProcessorCount / 2)),
            Schemes: context.Argument("schemes", "dynamic").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Threads: context.Argument<string>("threads", null),
            Baseline: $"{root}/reports/baselines/{name}.json");
    }
}
