using System.CommandLine;
using System.Runtime.InteropServices;
using VampNet.Export;

namespace VampNet.Benchmarks;

/// <summary>Exporting a transformer against copying its checkpoint: the time, and the private memory.</summary>
internal static class ExportBenchmark
{
    private const double Goal = 2.5;

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
        long length = new FileInfo(coarse).Length + new FileInfo(codec).Length;
        Timings copying = new();
        Timings exporting = new();
        using PrivateMemory memory = new();
        try
        {
            // The first turn reads the checkpoints into memory and compiles the code.
            for (int i = 0; i <= runs; i++)
            {
                Timings copies = i == 0 ? new() : copying;
                Timings exports = i == 0 ? new() : exporting;
                Prepare(folder, length);
                copies.Add(() =>
                {
                    Copy(coarse, Path.Combine(folder, "coarse.pth"));
                    Copy(codec, Path.Combine(folder, "codec.pth"));
                });
                Prepare(folder, length);
                exports.Add(() => ExportRun.Run(request));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        double[] ratios = [.. exporting.Seconds.Zip(copying.Seconds, (export, copy) => export / copy).Order()];
        Console.WriteLine($"copying both checkpoints: {copying}");
        Console.WriteLine($"exporting them:           {exporting}");
        Console.WriteLine(
            $"ratio of the medians:     {exporting.RatioTo(copying)}; turn by turn {ratios[0]:F2} to {ratios[^1]:F2} (goal: at most {Goal})"
        );
        Console.WriteLine(
            $"peak private memory:      {memory.Peak / 1e6:F0} MB, of which {memory.Before / 1e6:F0} MB before the first run "
                + "(goal: under 500 MB)"
        );
    }

    // Every turn begins with an empty folder, nothing waiting to be written to disk, and as much memory for files as it needs: the
    // host of a virtual machine takes back what was free for a few seconds, and giving it again takes several times as long as the copy.
    private static void Prepare(string folder, long length)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        string scratch = Path.Combine(folder, "scratch");
        byte[] block = new byte[1 << 20];
        using (FileStream file = new(scratch, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            for (long done = 0; done < length + (length / 8); done += block.Length)
            {
                file.Write(block);
            }
        }

        if (OperatingSystem.IsLinux())
        {
            Sync();
        }

        File.Delete(scratch);
    }

    [DllImport("libc", EntryPoint = "sync")]
    private static extern void Sync();

    // A plain copy through a buffer, so that no file system answers with a reference to the same blocks.
    private static void Copy(string source, string destination)
    {
        using FileStream input = new(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using FileStream output = new(destination, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        input.CopyTo(output, 1 << 20);
    }
}
