using System.CommandLine;
using VampNet.Export;

namespace VampNet.Benchmarks;

/// <summary>Exporting a transformer against copying its checkpoint: the time, and the private memory.</summary>
internal static class ExportBenchmark
{
    public static Command Command()
    {
        Option<DirectoryInfo> checkpoints = new("--checkpoints")
        {
            Required = true,
            HelpName = "DIR",
            Description = "Folder of coarse.pth and codec.pth: VampNet.CheckpointMaker writes one.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Command command = new("export", "Exports coarse.pth with codec.pth, and copies the two files, in turns.") { checkpoints, runs };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(checkpoints).FullName, arguments.GetValue(runs)));
        return command;
    }

    private static void Run(string checkpoints, int runs)
    {
        string folder = Path.Combine(checkpoints, "export-benchmark");
        string coarse = Path.Combine(checkpoints, "coarse.pth");
        string codec = Path.Combine(checkpoints, "codec.pth");
        ExportRequest request = new()
        {
            CoarsePath = coarse,
            CodecPath = codec,
            OutputFolder = Path.Combine(folder, "models"),
        };
        Directory.CreateDirectory(folder);
        Timings copying = new();
        Timings exporting = new();
        using PrivateMemory memory = new();
        try
        {
            for (int i = 0; i < runs; i++)
            {
                copying.Add(() =>
                {
                    Copy(coarse, Path.Combine(folder, "coarse.pth"));
                    Copy(codec, Path.Combine(folder, "codec.pth"));
                });
                exporting.Add(() => ExportRun.Run(request));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine($"copying both checkpoints: {copying}");
        Console.WriteLine($"exporting them:           {exporting}");
        Console.WriteLine($"ratio of the medians:     {exporting.RatioTo(copying)} (goal: at most 3)");
        Console.WriteLine(
            $"peak private memory:      {memory.Peak / 1e6:F0} MB, of which {memory.Before / 1e6:F0} MB before the first run "
                + "(goal: under 500 MB)"
        );
    }

    // A plain copy through a buffer, so that no file system answers with a reference to the same blocks.
    private static void Copy(string source, string destination)
    {
        using FileStream input = new(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using FileStream output = new(destination, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        input.CopyTo(output, 1 << 20);
    }
}
