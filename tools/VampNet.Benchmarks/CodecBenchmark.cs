using System.CommandLine;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.CheckpointMaker;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;

namespace VampNet.Benchmarks;

/// <summary>Compares the codec's graphs with the same graphs as torch.onnx.export writes them, in one run.</summary>
internal static class CodecBenchmark
{
    public static Command Command()
    {
        Option<FileInfo> codec = new("--codec") { HelpName = "FILE", Description = "The codec's checkpoint." };
        Option<string> size = new("--size")
        {
            DefaultValueFactory = _ => "dac-44khz",
            Description = "Without --codec: the released shape of a codec with generated weights; lac or a plain DAC codec.",
        };
        size.AcceptOnlyFromAmong(["lac", .. DacSizes.All.Keys]);
        Option<double> seconds = new("--seconds")
        {
            DefaultValueFactory = _ => 1,
            HelpName = "S",
            Description = "Seconds of audio.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Command command = new("codec", "Encodes and decodes audio with the exported graphs and with exporter-shaped ones, in turns.")
        {
            codec,
            size,
            seconds,
            runs,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetValue(codec)?.FullName,
                arguments.GetRequiredValue(size),
                arguments.GetValue(seconds),
                arguments.GetValue(runs)
            )
        );
        return command;
    }

    private static void Run(string? path, string size, double seconds, int runs)
    {
        string folder = Directory.CreateTempSubdirectory("vampnet-codec-benchmark-").FullName;
        try
        {
            if (path is null)
            {
                path = Path.Combine(folder, "codec.pth");
                SyntheticCheckpoint.Of(DacSizes.All.GetValueOrDefault(size) ?? ModelSizes.Released.Codec, seed: 1).Write(path);
            }

            using Checkpoint checkpoint = Checkpoint.Open(path);
            BoundCodec codec = ModelBinder.BindCodec(checkpoint);
            CodecConfiguration shape = codec.Configuration;
            Work work = new(folder, (int)Math.Ceiling(seconds * shape.SampleRate / shape.HopLength), shape, runs);
            Console.WriteLine(
                $"{shape.Family} at {shape.SampleRate} Hz, hop {shape.HopLength}, {shape.Codebooks} codebooks: {work.Frames} "
                    + $"frames, {work.Seconds:F2} s of audio"
            );
            Compare("encoder", () => CodecEncoderEmitter.Emit(codec, ExportOptions.Default), work);
            Compare("decoder", () => CodecDecoderEmitter.Emit(codec, ExportOptions.Default), work);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string name, Func<Model> emit, Work work)
    {
        string theirs = Path.Combine(work.Folder, $"{name}.exporter.onnx"),
            ours = Path.Combine(work.Folder, $"{name}.onnx");
        Model reshaped = emit();
        ExporterShape.Apply(reshaped);
        ModelWriter.Write(reshaped, theirs, new ExternalDataOptions());
        ModelWriter.Write(emit(), ours, new ExternalDataOptions());
        using (InferenceSession theirSession = new(theirs))
        using (InferenceSession ourSession = new(ours))
        using (OrtValue input = GraphBenchmark.Input(ourSession, work.Frames, work.Shape.HopLength))
        {
            Timings[] timings = GraphBenchmark.Measure([theirSession, ourSession], input, work.Runs);
            Console.WriteLine($"{name}, exporter's shape: {timings[0]}");
            Console.WriteLine(
                $"{name}, ours:             {timings[1]}, {work.Seconds / timings[1].Median:F2} times as fast as the audio plays"
            );
            Console.WriteLine(
                $"{name}, ours takes {timings[1].RatioTo(timings[0])} the exporter's; largest difference of the results "
                    + $"{Difference(theirSession, ourSession, input):G3}"
            );
        }

        Console.WriteLine(
            $"{name}, exporter's shape, alone in a process: {GraphMemory.Measure(theirs, work.Frames, work.Shape.HopLength)}"
        );
        Console.WriteLine($"{name}, ours, alone in a process:             {GraphMemory.Measure(ours, work.Frames, work.Shape.HopLength)}");
    }

    private static double Difference(InferenceSession theirs, InferenceSession ours, OrtValue input)
    {
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> expected = theirs.Run(run, theirs.InputNames, [input], theirs.OutputNames);
        using IDisposableReadOnlyCollection<OrtValue> actual = ours.Run(run, ours.InputNames, [input], ours.OutputNames);
        return expected[0].GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float
            ? Largest(expected[0].GetTensorDataAsSpan<float>(), actual[0].GetTensorDataAsSpan<float>())
            : Largest(expected[0].GetTensorDataAsSpan<long>(), actual[0].GetTensorDataAsSpan<long>());
    }

    private static double Largest<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var differences = new T[expected.Length];
        TensorPrimitives.Subtract(expected, actual, differences);
        return Math.Abs(double.CreateChecked(TensorPrimitives.MaxMagnitude<T>(differences)));
    }

    /// <summary>Codec and length to measure, and number of runs.</summary>
    private sealed record Work(string Folder, int Frames, CodecConfiguration Shape, int Runs)
    {
        public double Seconds => (double)Frames * Shape.HopLength / Shape.SampleRate;
    }
}
