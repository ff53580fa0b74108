using System.CommandLine;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;

namespace VampNet.Benchmarks;

/// <summary>The codec's graphs against the same graphs in the shape that torch.onnx.export gives them, in one run.</summary>
internal static class CodecBenchmark
{
    public static Command Command()
    {
        Option<FileInfo> codec = new("--codec")
        {
            Required = true,
            HelpName = "FILE",
            Description = "The codec's checkpoint.",
        };
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
            seconds,
            runs,
        };
        command.SetAction(arguments =>
            Run(arguments.GetRequiredValue(codec).FullName, arguments.GetValue(seconds), arguments.GetValue(runs))
        );
        return command;
    }

    private static void Run(string path, double seconds, int runs)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        BoundCodec codec = ModelBinder.BindCodec(checkpoint);
        int frames = (int)Math.Ceiling(seconds * codec.Configuration.SampleRate / codec.Configuration.HopLength);
        string folder = Directory.CreateTempSubdirectory("vampnet-codec-benchmark-").FullName;
        try
        {
            Compare("encoder", () => CodecEncoderEmitter.Emit(codec, ExportOptions.Default), folder, frames, runs);
            Compare("decoder", () => CodecDecoderEmitter.Emit(codec, ExportOptions.Default), folder, frames, runs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string name, Func<Model> emit, string folder, int frames, int runs)
    {
        Model reshaped = emit();
        ExporterShape.Apply(reshaped);
        using InferenceSession theirs = Load(reshaped, Path.Combine(folder, $"{name}.exporter.onnx"));
        using InferenceSession ours = Load(emit(), Path.Combine(folder, $"{name}.onnx"));
        using OrtValue input = GraphBenchmark.Input(ours, frames);
        Timings[] timings = GraphBenchmark.Measure([theirs, ours], input, runs);
        Console.WriteLine($"{name}, exporter's shape: {timings[0]}");
        Console.WriteLine($"{name}, ours:             {timings[1]}");
        Console.WriteLine(
            $"{name}, ours takes {timings[1].RatioTo(timings[0])} the exporter's; largest difference of the results "
                + $"{Difference(theirs, ours, input):G3}"
        );
    }

    private static InferenceSession Load(Model model, string path)
    {
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return new InferenceSession(path);
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
}
