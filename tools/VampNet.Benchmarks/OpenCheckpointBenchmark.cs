using System.CommandLine;
using VampNet.Checkpoints;

namespace VampNet.Benchmarks;

/// <summary>Opening a checkpoint and listing its tensors against reading the file once: the time, and the private memory.</summary>
internal static class OpenCheckpointBenchmark
{
    public static Command Command()
    {
        Option<FileInfo> checkpoint = new("--checkpoint")
        {
            Required = true,
            HelpName = "FILE",
            Description = "A .pth or .safetensors file: VampNet.CheckpointMaker writes one of released size.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 11,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Command command = new("open-checkpoint", "Opens a checkpoint and lists its tensors, and reads the file once, in turns.")
        {
            checkpoint,
            runs,
        };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(checkpoint).FullName, arguments.GetValue(runs)));
        return command;
    }

    private static void Run(string path, int runs)
    {
        CheckpointInspection? inspection = null;
        Timings first = new();
        Timings opening = new();
        Timings reading = new();
        using PrivateMemory memory = new();
        first.Add(() => inspection = Inspect(path));
        for (int i = 0; i < runs; i++)
        {
            opening.Add(() => Inspect(path));
        }

        long peak = memory.Peak;
        for (int i = 0; i < runs; i++)
        {
            reading.Add(() => ReadAll(path));
        }

        Console.WriteLine(
            $"checkpoint:               {inspection!.FileLength:N0} bytes, {inspection.ParameterCount:N0} parameters in "
                + $"{inspection.Tensors.Length} tensors"
        );
        Console.WriteLine($"first opening:            {first.Median * 1e3:F1} ms, its code still to be compiled");
        Console.WriteLine(
            $"opening and listing:      {opening.Median * 1e3:F2} ms (median of {runs}, {opening.Least * 1e3:F2} to "
                + $"{opening.Greatest * 1e3:F2}; goal: under 200 ms)"
        );
        Console.WriteLine($"reading the file once:    {reading}");
        Console.WriteLine($"ratio of the medians:     {opening.Median / reading.Median:F4}");
        Console.WriteLine(
            $"peak private memory:      {peak / 1e6:F0} MB, of which {memory.Before / 1e6:F0} MB before the first opening (goal: "
                + "under 100 MB)"
        );
    }

    private static CheckpointInspection Inspect(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return CheckpointInspection.Read(checkpoint, hashFile: false);
    }

    private static void ReadAll(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        byte[] block = new byte[1 << 20];
        while (file.Read(block) > 0) { }
    }
}
