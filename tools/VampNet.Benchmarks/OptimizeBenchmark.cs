using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Benchmarks;

/// <summary>Optimizes an exporter's graph of released size: time and memory, and the gain in ONNX Runtime.</summary>
internal static class OptimizeBenchmark
{
    private const int LatentChannels = 32;

    public static Command Command()
    {
        Argument<FileInfo> small = new("graph")
        {
            Description = "The small exported graph: tests/golden/foreign/coarse_torch_export.onnx.",
        };
        Option<int> frames = new("--frames")
        {
            DefaultValueFactory = _ => 574,
            HelpName = "T",
            Description = "Token frames.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat; 0 measures the optimizer alone.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Option<DirectoryInfo?> checkpoints = new("--checkpoints")
        {
            HelpName = "DIR",
            Description =
                "Folder of coarse.pth and codec.pth of released size, to compare with our own emitted graph: "
                + "VampNet.CheckpointMaker writes one.",
        };
        Command command = new("optimize", "Optimizes an exporter's coarse transformer of released size, and runs it before and after.")
        {
            small,
            frames,
            runs,
            threads,
            checkpoints,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetRequiredValue(small),
                arguments.GetValue(frames),
                arguments.GetValue(runs),
                arguments.GetValue(threads),
                arguments.GetValue(checkpoints)
            )
        );
        return command;
    }

    private static void Run(FileInfo small, int frames, int runs, int threads, DirectoryInfo? checkpoints)
    {
        string folder = Directory.CreateTempSubdirectory("vampnet-optimize-").FullName;
        try
        {
            string before = Path.Combine(folder, "before.onnx");
            string after = Path.Combine(folder, "after.onnx");
            using (Model seed = ModelReader.Read(small.FullName))
            {
                ModelWriter.Write(ForeignShapedTransformer.Build(seed), before);
            }

            Optimize(before, after);
            if (runs > 0)
            {
                string ours = Path.Combine(folder, "ours.onnx");
                string[] graphs = checkpoints is null ? [before, after] : [before, after, ours];
                if (checkpoints is not null)
                {
                    Emit(checkpoints.FullName, ours);
                }

                Compare(graphs, frames, runs, threads);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Optimize(string before, string after)
    {
        Timings read = new();
        Timings rewrite = new();
        Timings write = new();
        using PrivateMemory memory = new();
        Model? model = null;
        read.Add(() => model = ModelReader.Read(before));
        rewrite.Add(() =>
        {
            RewriteReport report = ModelOptimizer.Optimize(model!, RewriteTarget.OnnxRuntime).Rewrites;
            Console.WriteLine(
                $"{new FileInfo(before).Length / 1e9:F2} GB, {report.NodesBefore} nodes -> {report.NodesAfter} in {report.Rounds} "
                    + $"rounds, {report.Effect}"
            );
        });
        write.Add(() => ModelWriter.Write(model!, after, new ExternalDataOptions()));
        model!.Dispose();
        Console.WriteLine(
            $"read {read.Median:F2} s, optimize {rewrite.Median:F2} s, write {write.Median:F2} s; private memory grew by "
                + $"{(memory.Peak - memory.Before) / 1e6:F0} MB"
        );
    }

    private static void Emit(string checkpoints, string path)
    {
        using Checkpoint coarse = Checkpoint.Open(Path.Combine(checkpoints, "coarse.pth"));
        using Checkpoint codec = Checkpoint.Open(Path.Combine(checkpoints, "codec.pth"));
        using Model model = TransformerEmitter.Emit(
            ModelBinder.BindTransformer(coarse, codec),
            new ExportOptions { Target = ExportTarget.OnnxRuntime }
        );
        ModelWriter.Write(model, path, new ExternalDataOptions());
    }

    private static void Compare(string[] paths, int frames, int runs, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        InferenceSession[] sessions = [.. paths.Select(path => new InferenceSession(path, options))];
        Timings[] timings = [.. paths.Select(_ => new Timings())];
        float[][] outputs =
        [
            [],
            [],
        ];
        using RunOptions run = new();
        using OrtValue latents = Latents(frames);
        using OrtValue codes = OrtValue.CreateTensorValueFromMemory(new long[4 * frames], [1, 4, frames]);
        for (int i = 0; i <= runs; i++)
        {
            for (int j = 0; j < sessions.Length; j++)
            {
                // The first round warms up, and shows that both compute the same.
                (i == 0 ? new Timings() : timings[j]).Add(() =>
                {
                    using IDisposableReadOnlyCollection<OrtValue> results = sessions[j]
                        .Run(run, sessions[j].InputNames, [j < 2 ? latents : codes], sessions[j].OutputNames);
                    if (i == 0 && j < 2)
                    {
                        outputs[j] = results[0].GetTensorDataAsSpan<float>().ToArray();
                    }
                });
            }
        }

        double error = outputs[0].Zip(outputs[1], (a, b) => Math.Abs(a - b)).Max();
        Console.WriteLine($"largest difference {error:G3} of logits up to {outputs[0].Max(Math.Abs):G3}");
        for (int j = 0; j < sessions.Length; j++)
        {
            Console.WriteLine(
                $"{(j == 0 ? "before" : j == 1 ? "after" : "ours")}: {timings[j]}, {timings[j].Median / timings[0].Median:F3} of the first"
            );
            sessions[j].Dispose();
        }
    }

    private static OrtValue Latents(int frames)
    {
        Random random = new(1);
        float[] values = [.. Enumerable.Range(0, LatentChannels * frames).Select(_ => (random.NextSingle() * 2) - 1)];
        return OrtValue.CreateTensorValueFromMemory(values, [1, LatentChannels, frames]);
    }
}
