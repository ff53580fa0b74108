using System.CommandLine;
using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;

namespace VampNet.Benchmarks;

/// <summary>Times the sampling part of each step of a generation of fully masked frames.</summary>
internal static class SamplingBenchmark
{
    private const int Steps = 12;

    public static Command Command()
    {
        Option<int> frames = new("--frames")
        {
            DefaultValueFactory = _ => 574,
            HelpName = "T",
            Description = "Token frames.",
        };
        Option<int> codebooks = new("--codebooks")
        {
            DefaultValueFactory = _ => 4,
            HelpName = "P",
            Description = "Predicted codebooks.",
        };
        Option<int> vocabulary = new("--vocabulary")
        {
            DefaultValueFactory = _ => 1024,
            HelpName = "V",
            Description = "Vocabulary.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 0,
            HelpName = "N",
            Description = "Threads per operator; 0 for one per core.",
        };
        Option<FileInfo?> graph = new("--graph")
        {
            HelpName = "FILE",
            Description = "A coarse.onnx to compare with: one step of it over as many frames.",
        };
        Command command = new(
            "sampling",
            "Prints what sampling costs in each step of a generation, and its share of the transformer's step."
        )
        {
            frames,
            codebooks,
            vocabulary,
            runs,
            threads,
            graph,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetValue(frames),
                arguments.GetValue(codebooks),
                arguments.GetValue(vocabulary),
                arguments.GetValue(runs),
                arguments.GetValue(graph),
                arguments.GetValue(threads)
            )
        );
        return command;
    }

    private static void Run(int frames, int codebooks, int vocabulary, int runs, FileInfo? graph, int threads)
    {
        PreparedTokenModel model = new(codebooks, vocabulary);
        // The first run compiles.
        double[][] samples = [.. Enumerable.Range(0, runs + 1).Select(_ => Sample(model, frames)).Skip(1)];
        double[] steps = [.. Enumerable.Range(0, Steps).Select(step => samples.Select(sample => sample[step]).Order().ElementAt(runs / 2))];
        Console.WriteLine(
            $"sampling, T {frames}, P {codebooks}, V {vocabulary}: {steps[0] * 1e3:F1} ms in the first step, "
                + $"{steps.Average() * 1e3:F1} ms in the mean of {Steps}"
        );
        if (graph is not null)
        {
            Timings transformer = TimeTransformer(graph.FullName, frames, runs, new ModelOptions { Threads = threads });
            Console.WriteLine($"{graph.FullName}: {transformer} a step; sampling is {steps.Average() / transformer.Median:P2} of it");
        }
    }

    private static double[] Sample(PreparedTokenModel model, int frames)
    {
        List<double> seconds = [];
        Stopwatch watch = new();
        TokenGrid<long> codes = new(1, model.Codebooks, frames);
        TokenGenerator.Generate(
            new RestartingModel(model, watch),
            codes,
            MaskFunctions.Full(1, model.Codebooks, frames),
            new GenerateOptions { Steps = Steps },
            new SeededDraws(1),
            _ => seconds.Add(watch.Elapsed.TotalSeconds)
        );
        return [.. seconds];
    }

    private static Timings TimeTransformer(string path, int frames, int runs, ModelOptions options)
    {
        using OnnxTokenModel coarse = OnnxTokenModel.Open(path, options);
        TokenGrid<long> codes = new(1, coarse.Codebooks, frames);
        codes.Values.AsSpan().Fill(coarse.VocabularySize);
        float[] logits = new float[frames * (coarse.Codebooks - coarse.ConditioningCodebooks) * coarse.VocabularySize];
        coarse.ComputeLogits(codes, logits, default);
        Timings timings = new();
        for (int run = 0; run < runs; run++)
        {
            timings.Add(() => coarse.ComputeLogits(codes, logits, default));
        }

        return timings;
    }

    /// <summary>Starts the watch when the logits are there.</summary>
    private sealed class RestartingModel(ITokenModel model, Stopwatch watch) : ITokenModel
    {
        public int Codebooks => model.Codebooks;

        public int ConditioningCodebooks => model.ConditioningCodebooks;

        public int VocabularySize => model.VocabularySize;

        public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
        {
            model.ComputeLogits(codes, logits, cancellationToken);
            watch.Restart();
        }
    }
}
