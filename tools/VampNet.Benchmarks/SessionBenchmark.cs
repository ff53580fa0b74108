using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Benchmarks;

/// <summary>What the opening of an ONNX Runtime session costs, part by part: time and private memory.</summary>
internal static class SessionBenchmark
{
    public static Command Command()
    {
        Argument<FileInfo> model = new("MODEL") { Description = "A graph, for example models/int8/coarse.onnx." };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 3,
            HelpName = "N",
            Description = "How often to open it in each way, in turns; one more turn warms up.",
        };
        Command command = new(
            "session",
            "Opens a graph in several ways in turns, and prints how long each takes and what it keeps in memory."
        )
        {
            model,
            runs,
        };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(model).FullName, arguments.GetValue(runs)));
        return command;
    }

    private static void Run(string path, int runs)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vampnet-session-");
        try
        {
            (string Name, string Path, Action<SessionOptions> Configure)[] ways =
            [
                ("every optimization, as models are opened", path, _ => { }),
                ("without packing weights", path, options => options.AddSessionConfigEntry("session.disable_prepacking", "1")),
                ("without optimization", path, Plain),
                (
                    "without either: reading alone",
                    path,
                    options =>
                    {
                        Plain(options);
                        options.AddSessionConfigEntry("session.disable_prepacking", "1");
                    }
                ),
                ("saved optimized", Save(path, Path.Combine(folder.FullName, "optimized.onnx"), packed: false), Plain),
                ("saved optimized and packed", Save(path, Path.Combine(folder.FullName, "packed.onnx"), packed: true), Plain),
            ];
            Timings[] times = [.. ways.Select(_ => new Timings())];
            double[] memory = new double[ways.Length];
            for (int run = 0; run <= runs; run++)
            {
                for (int i = 0; i < ways.Length; i++)
                {
                    Timings time = run == 0 ? new() : times[i];
                    using PrivateMemory watch = new();
                    InferenceSession? session = null;
                    using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
                    ways[i].Configure(options);
                    time.Add(() => session = new InferenceSession(ways[i].Path, options));
                    memory[i] = (PrivateMemory.Now - watch.Before) / 1e6;
                    session!.Dispose();
                }
            }

            for (int i = 0; i < ways.Length; i++)
            {
                Console.WriteLine($"{ways[i].Name, -42} {times[i]}, {memory[i]:F0} MB of private memory");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Plain(SessionOptions options) => options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;

    private static string Save(string path, string saved, bool packed)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OptimizedModelFilePath = saved };
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Path.GetFileName(saved) + ".data");
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        if (packed)
        {
            options.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
        }

        new InferenceSession(path, options).Dispose();
        Console.WriteLine(
            $"saving {Path.GetFileName(saved)}: {watch.Elapsed.TotalSeconds:F3} s, "
                + $"{new DirectoryInfo(Path.GetDirectoryName(saved)!).GetFiles(Path.GetFileName(saved) + "*").Sum(file => file.Length) / 1e6:F0} MB"
        );
        return saved;
    }
}
