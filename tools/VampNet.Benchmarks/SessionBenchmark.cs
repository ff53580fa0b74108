using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Benchmarks;

/// <summary>Cost of opening an ONNX Runtime session: the time of each part, the private memory of one session and of two, and the
/// memory of two processes.</summary>
internal static class SessionBenchmark
{
    private const string Packing = "session.disable_prepacking";
    private const int Frames = 100;

    private static readonly (string Name, string? Saved, Action<SessionOptions> Configure)[] Ways =
    [
        ("every optimization, as models are opened", null, _ => { }),
        ("without packing weights", null, options => options.AddSessionConfigEntry(Packing, "1")),
        ("without optimization", null, Plain),
        (
            "without either: reading alone",
            null,
            options =>
            {
                Plain(options);
                options.AddSessionConfigEntry(Packing, "1");
            }
        ),
        ("saved optimized", "optimized.onnx", Plain),
        ("saved optimized, weights packed", "packed.onnx", Plain),
    ];

    public static Command Command()
    {
        Argument<FileInfo> model = new("MODEL") { Description = "A graph, for example models/int8/coarse.onnx." };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 3,
            HelpName = "N",
            Description = "How often to open it in each way, in turns; one more turn warms up.",
        };
        Option<string?> memory = new("--memory-of") { Hidden = true, Description = "Number of a way and folder of its file." };
        Command command = new(
            "session",
            "Opens a graph in several ways in turns, and prints how long each takes and what it keeps in memory."
        )
        {
            model,
            runs,
            memory,
        };
        command.SetAction(arguments =>
        {
            string path = arguments.GetRequiredValue(model).FullName;
            if (arguments.GetValue(memory) is { } way)
            {
                string[] parts = way.Split(':', 2);
                PrintMemory(path, int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
                return;
            }

            Run(path, arguments.GetValue(runs));
        });
        return command;
    }

    private static void Run(string path, int runs)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vampnet-session-");
        try
        {
            Save(path, Path.Combine(folder.FullName, "optimized.onnx"), packed: false);
            Save(path, Path.Combine(folder.FullName, "packed.onnx"), packed: true);
            Timings[] times = [.. Ways.Select(_ => new Timings())];
            for (int run = 0; run <= runs; run++)
            {
                for (int i = 0; i < Ways.Length; i++)
                {
                    InferenceSession? session = null;
                    (run == 0 ? new() : times[i]).Add(() => session = Open(path, i, folder.FullName));
                    session!.Dispose();
                }
            }

            for (int i = 0; i < Ways.Length; i++)
            {
                Console.WriteLine($"{Ways[i].Name, -42} {times[i]}, {Memory(path, i, folder.FullName)}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static InferenceSession Open(string path, int way, string folder)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        Ways[way].Configure(options);
        return new InferenceSession(Ways[way].Saved is { } saved ? Path.Combine(folder, saved) : path, options);
    }

    // In processes of their own: what earlier sessions gave back to the allocator would count as free.
    private static string Memory(string path, int way, string folder)
    {
        Process[] pair = [Start(path, way, folder), Start(path, way, folder)];
        string alone = pair.Select(static process => process.StandardOutput.ReadLine()).ToArray()[0]!;
        foreach (Process process in pair)
        {
            process.StandardInput.WriteLine();
        }

        double[] shares =
        [
            .. pair.Select(static process => double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture)),
        ];
        foreach (Process process in pair)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }

        return string.Create(CultureInfo.InvariantCulture, $"{alone}; two processes {shares.Sum():F0} MB");
    }

    private static Process Start(string path, int way, string folder)
    {
        ProcessStartInfo start = new(
            Environment.ProcessPath!,
            [
                .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
                    ? [typeof(SessionBenchmark).Assembly.Location]
                    : Array.Empty<string>(),
                "session",
                path,
                "--memory-of",
                string.Create(CultureInfo.InvariantCulture, $"{way}:{folder}"),
            ]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static void PrintMemory(string path, int way, string folder)
    {
        Open(path, 3, folder).Dispose();
        long before = PrivateMemory.Now;
        using InferenceSession first = Open(path, way, folder);
        double one = (PrivateMemory.Now - before) / 1e6;
        InferenceSession second = Open(path, way, folder);
        double two = (PrivateMemory.Now - before) / 1e6;
        second.Dispose();
        using OrtValue input = GraphBenchmark.Input(first, Frames);
        using RunOptions run = new();
        first.Run(run, first.InputNames, [input], first.OutputNames).Dispose();
        Console.WriteLine($"private memory {one:F0} MB, of two {two:F0} MB");

        // When the other process has come as far, each counts its share of the pages that both have mapped.
        Console.ReadLine();
        Console.WriteLine((PrivateMemory.Share / 1e6).ToString(CultureInfo.InvariantCulture));
        Console.ReadLine();
    }

    private static void Plain(SessionOptions options) => options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;

    private static void Save(string path, string saved, bool packed)
    {
        var watch = Stopwatch.StartNew();
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OptimizedModelFilePath = saved };
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Path.GetFileName(saved) + ".data");
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        if (packed)
        {
            options.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
        }

        new InferenceSession(path, options).Dispose();
        long bytes = new DirectoryInfo(Path.GetDirectoryName(saved)!).GetFiles(Path.GetFileName(saved) + "*").Sum(file => file.Length);
        Console.WriteLine($"saving {Path.GetFileName(saved)}: {watch.Elapsed.TotalSeconds:F3} s, {bytes / 1e6:F0} MB");
    }
}
