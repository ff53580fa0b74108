using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using VampNet.Checkpoints;
using VampNet.Quantization.Judging;

namespace VampNet.Benchmarks;

/// <summary>
/// Quantized graphs against the graphs in float32 that they were made from: time in turns, size, quality, and what quantizing
/// itself takes; each figure beside its goal.
/// </summary>
internal static class QuantizeBenchmark
{
    public static Command Command()
    {
        Option<DirectoryInfo> checkpoints = new("--checkpoints")
        {
            Required = true,
            HelpName = "DIR",
            Description = "Folder of coarse.pth and codec.pth: VampNet.CheckpointMaker writes one.",
        };
        Option<FileInfo?> exporter = new("--exporter")
        {
            HelpName = "FILE",
            Description = "The small transformer as torch.onnx exports it; its shape at released size is the peer to beat.",
        };
        Option<DirectoryInfo> golden = new("--golden")
        {
            HelpName = "DIR",
            DefaultValueFactory = _ => new DirectoryInfo("tests/golden"),
            Description = "Folder of the golden models, tiny and micro.",
        };
        Option<FileInfo> clip = new("--clip")
        {
            HelpName = "FILE",
            DefaultValueFactory = _ => new FileInfo("checkpoints/demo/clip.wav"),
            Description = "The sound that the codec is judged on.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Option<string> only = new("--only")
        {
            HelpName = "PART",
            Description =
                "Measure one part: the transformer in all schemes or coarse in dynamic INT8, the codec or its decoder, the golden models.",
        };
        only.AcceptOnlyFromAmong("transformer", "coarse", "codec", "decoder", "golden");
        Command command = new(
            "quantize",
            "Quantizes the coarse transformer, the codec and the golden models, and compares them with float32."
        )
        {
            checkpoints,
            exporter,
            golden,
            clip,
            runs,
            threads,
            only,
        };
        command.SetAction(arguments =>
            Run(
                new Settings(
                    arguments.GetRequiredValue(checkpoints).FullName,
                    arguments.GetValue(exporter)?.FullName,
                    arguments.GetRequiredValue(golden).FullName,
                    arguments.GetRequiredValue(clip).FullName,
                    arguments.GetValue(runs),
                    arguments.GetValue(threads)
                ),
                arguments.GetValue(only)
            )
        );
        return command;
    }

    private static void Run(Settings settings, string? only)
    {
        string folder = Directory.CreateTempSubdirectory("vampnet-quantize-benchmark-").FullName;
        FigureTable figures = new();
        using Checkpoint codec = Checkpoint.Open(Path.Combine(settings.Checkpoints, "codec.pth"));
        try
        {
            if (only is null or "transformer" or "coarse")
            {
                QuantizedTransformer.Measure(settings, codec, folder, figures, weightOnly: only != "coarse");
            }

            if (only is null or "codec")
            {
                QuantizedCodec.Measure(settings, codec, folder, figures);
            }

            if (only is "decoder")
            {
                QuantizedCodec.MeasureDecoder(settings, codec, folder, figures);
            }

            if (only is null or "golden")
            {
                QuantizedGoldenModels.Measure(settings.Golden, folder, figures);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        figures.Print();
    }

    /// <summary>Adds the size of a quantized graph as a share of its reference.</summary>
    public static void AddSize(FigureTable figures, string name, string reference, string candidate, double? goal)
    {
        double share = (double)QuantizationJudge.BytesOf(candidate) / QuantizationJudge.BytesOf(reference);
        if (goal is { } most)
        {
            figures.AtMost($"{name}: size", share, most, "0.0%");
        }
        else
        {
            figures.Printed($"{name}: size", share.ToString("0.0%", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Times two graphs in turns and adds the ratio.</summary>
    public static void AddRatio(
        FigureTable figures,
        string name,
        string reference,
        string candidate,
        int frames,
        Settings settings,
        double? goal
    )
    {
        using SessionOptions options = new() { IntraOpNumThreads = settings.Threads };
        using InferenceSession before = new(reference, options);
        using InferenceSession after = new(candidate, options);
        using OrtValue input = GraphBenchmark.Input(before, frames);
        using OrtValue ownInput = GraphBenchmark.Input(after, frames);
        Timings[] timings = GraphBenchmark.Measure([(before, input), (after, ownInput)], settings.Runs);
        Console.WriteLine($"{name}, {frames} frames: {timings[1].RatioTo(timings[0])} the time");
        Console.WriteLine($"    before {timings[0]}");
        Console.WriteLine($"    after  {timings[1]}");
        SpeedRatio ratio = SpeedRatio.Of([.. timings[0].Seconds.Zip(timings[1].Seconds, (first, second) => (first * 1e3, second * 1e3))]);
        string detail = FormattableString.Invariant(
            $" (turns {ratio.Lowest:0.00} to {ratio.Highest:0.00}; {ratio.ReferenceMilliseconds:0} to {ratio.CandidateMilliseconds:0} ms)"
        );
        string title = $"{name}: times as fast, {frames} frames";
        if (goal is { } least)
        {
            figures.AtLeast(title, ratio.Ratio, least, "0.00", detail);
        }
        else
        {
            figures.Printed(title, FormattableString.Invariant($"{ratio.Ratio:0.00}") + detail);
        }
    }

    /// <summary>Options of the command.</summary>
    internal sealed record Settings(string Checkpoints, string? Exporter, string Golden, string Clip, int Runs, int Threads);
}
