using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Validation.Quantization;

namespace VampNet.Benchmarks;

/// <summary>
/// Quantized graphs against the graphs in float32 that they were made from: time in turns, size, and what quantizing itself takes.
/// </summary>
internal static class QuantizeBenchmark
{
    private const int LongFrames = 574;
    private const int ShortFrames = 100;
    private const int OneSecond = 57;

    public static Command Command()
    {
        Option<DirectoryInfo> checkpoints = new("--checkpoints") { Required = true, HelpName = "DIR", Description = "Folder of coarse.pth and codec.pth: VampNet.CheckpointMaker writes one." };
        Option<FileInfo?> exporter = new("--exporter") { HelpName = "FILE", Description = "The small transformer as torch.onnx exports it; its shape at released size is the peer to beat." };
        Option<int> runs = new("--runs") { DefaultValueFactory = _ => 5, HelpName = "N", Description = "How often to repeat." };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 2, HelpName = "N", Description = "Threads per operator." };
        Option<string> only = new("--only") { HelpName = "PART", Description = "Measure the transformer or the codec alone." };
        only.AcceptOnlyFromAmong("transformer", "codec");
        Command command = new("quantize", "Quantizes the coarse transformer and the codec, and runs them against float32 in turns.") { checkpoints, exporter, runs, threads, only };
        command.SetAction(arguments => Run(
            arguments.GetRequiredValue(checkpoints).FullName, arguments.GetValue(exporter)?.FullName, arguments.GetValue(runs), arguments.GetValue(threads), arguments.GetValue(only)));
        return command;
    }

    private static void Run(string checkpoints, string? exporter, int runs, int threads, string? only)
    {
        string folder = Directory.CreateTempSubdirectory("vampnet-quantize-benchmark-").FullName;
        using Checkpoint codec = Checkpoint.Open(Path.Combine(checkpoints, "codec.pth"));
        try
        {
            if (only != "codec")
            {
                MeasureTransformer(checkpoints, codec, exporter, folder, runs, threads);
            }

            if (only != "transformer")
            {
                MeasureCodec(codec, folder, runs, threads);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void MeasureTransformer(string checkpoints, Checkpoint codec, string? exporter, string folder, int runs, int threads)
    {
        using Checkpoint coarse = Checkpoint.Open(Path.Combine(checkpoints, "coarse.pth"));
        string real = Path.Combine(folder, "coarse.onnx");
        ModelWriter.Write(TransformerEmitter.Emit(ModelBinder.BindTransformer(coarse, codec), ExportOptions.Default with { Target = ExportTarget.OnnxRuntime }), real, new ExternalDataOptions());
        string dynamic = Path.Combine(folder, "coarse.dynamic.onnx");
        Timings quantizing = new();
        using (PrivateMemory memory = new())
        {
            quantizing.Add(() => QuantizationRun.Quantize(new(real, dynamic)));
            Console.WriteLine($"quantizing {QuantizationJudge.BytesOf(real) / 1e6:F0} MB:  {quantizing.Median:F1} s (goal: under 12), peak private memory {(memory.Peak - memory.Before) / 1e6:F0} MB more than before (goal: under 600)");
        }

        PrintSize("coarse, dynamic", real, dynamic, 0.26);
        PrintRatio("coarse, dynamic", real, dynamic, LongFrames, runs, threads, 2.4);
        PrintRatio("coarse, dynamic", real, dynamic, ShortFrames, runs, threads, 2.1);
        foreach (QuantizationScheme scheme in (QuantizationScheme[])[QuantizationScheme.WeightOnly8, QuantizationScheme.WeightOnly4])
        {
            string packed = Path.Combine(folder, $"coarse.{scheme}.onnx");
            QuantizationRun.Quantize(new(real, packed) { Scheme = scheme, BlockSize = scheme == QuantizationScheme.WeightOnly4 ? 64 : 32 });
            PrintSize($"coarse, {scheme}", real, packed, scheme == QuantizationScheme.WeightOnly4 ? 0.15 : null);
            PrintRatio($"coarse, {scheme}", real, packed, LongFrames, runs, threads, null);
        }

        if (exporter is not null)
        {
            using Model small = ModelReader.Read(exporter);
            string foreign = Path.Combine(folder, "exporter.onnx");
            string foreignDynamic = Path.Combine(folder, "exporter.dynamic.onnx");
            ModelWriter.Write(ForeignShapedTransformer.Build(small), foreign, new ExternalDataOptions());
            QuantizationRun.Quantize(new(foreign, foreignDynamic));
            PrintRatio("dynamic, ours against the exporter's shape", foreignDynamic, dynamic, LongFrames, runs, threads, 1.35);
        }
    }

    private static void MeasureCodec(Checkpoint checkpoint, string folder, int runs, int threads)
    {
        BoundCodec codec = ModelBinder.BindCodec(checkpoint);
        foreach ((string name, Func<Model> emit, double goal) in new (string, Func<Model>, double)[]
        {
            ("decoder", () => CodecDecoderEmitter.Emit(codec, ExportOptions.Default), 2.0),
            ("encoder", () => CodecEncoderEmitter.Emit(codec, ExportOptions.Default), 1.5),
        })
        {
            string real = Path.Combine(folder, $"{name}.onnx");
            string integers = Path.Combine(folder, $"{name}.static.onnx");
            ModelWriter.Write(emit(), real, new ExternalDataOptions());
            QuantizationRun.Quantize(new(real, integers)
            {
                Scheme = QuantizationScheme.Static,
                Selection = new NodeSelection { Include = ["Conv"] },
                Calibration = new CalibrationSource { SeededSamples = 1 },
                Extent = name == "decoder" ? OneSecond : OneSecond * codec.Configuration.HopLength,
                Threads = threads,
            });
            PrintSize($"codec {name}, static", real, integers, 0.26);
            PrintRatio($"codec {name}, static", real, integers, OneSecond, runs, threads, goal);
            using Model model = ModelReader.Read(real);
            ModelSample[] held = [.. SampleMaker.For(model).Seeded(99, 1, name == "decoder" ? OneSecond : OneSecond * codec.Configuration.HopLength)];
            QuantizationLoss loss = QuantizationJudge.Judge(real, integers, held, threads).Loss;
            Console.WriteLine($"codec {name}, static: {(loss.Tokens is { } tokens ? $"{tokens.Share:P1} of codes equal" : $"SQNR {loss.SignalToNoise:F1} dB")}");
        }
    }

    private static void PrintSize(string name, string reference, string candidate, double? goal) =>
        Console.WriteLine($"{name}: {(double)QuantizationJudge.BytesOf(candidate) / QuantizationJudge.BytesOf(reference):P1} of the size{(goal is { } most ? $" (goal: at most {most:P0})" : "")}");

    private static void PrintRatio(string name, string reference, string candidate, int frames, int runs, int threads, double? goal)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        using InferenceSession before = new(reference, options);
        using InferenceSession after = new(candidate, options);
        using OrtValue input = GraphBenchmark.Input(before, frames);
        using OrtValue ownInput = GraphBenchmark.Input(after, frames);
        Timings[] timings = GraphBenchmark.Measure([(before, input), (after, ownInput)], runs);
        Console.WriteLine($"{name}, {frames} frames: {timings[0].Median / timings[1].Median:F2} times as fast{(goal is { } least ? $" (goal: at least {least})" : "")}");
        Console.WriteLine($"    before {timings[0]}");
        Console.WriteLine($"    after  {timings[1]}");
    }
}
