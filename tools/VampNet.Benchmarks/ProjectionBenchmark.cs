using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Benchmarks;

/// <summary>Measures the gain of computing the query, key and value of attention as one product: layers of attention in ONNX Runtime,
/// before and after the pass MergeProjections.</summary>
internal static class ProjectionBenchmark
{
    private const string Domain = "com.microsoft";

    public static Command Command()
    {
        Option<int[]> frames = new("--frames")
        {
            DefaultValueFactory = _ => [1, 64, 574],
            HelpName = "T",
            Description = "Rows of the activation.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> width = new("--width")
        {
            DefaultValueFactory = _ => 1280,
            HelpName = "D",
            Description = "Columns of the activation and of each projection.",
        };
        Option<int> layers = new("--layers")
        {
            DefaultValueFactory = _ => 4,
            HelpName = "N",
            Description = "Layers.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 15,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 2,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Command command = new("projections", "Runs three projections and attention, layer by layer, with three products and with one.")
        {
            frames,
            width,
            layers,
            runs,
            threads,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetRequiredValue(frames),
                arguments.GetValue(width),
                arguments.GetValue(layers),
                arguments.GetValue(runs),
                arguments.GetValue(threads)
            )
        );
        return command;
    }

    private static void Run(int[] frames, int width, int layers, int runs, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        using Model model = Build(width, layers);
        using InferenceSession apart = new(ModelWriter.ToBytes(model), options);
        foreach (string pass in (string[])["MergeProjections", "RemoveDeadNodes"])
        {
            RewritePipeline.Default.Steps.First(step => step.Pass.Name == pass).Pass.Run(model, RewriteTarget.OnnxRuntime, []);
        }

        using InferenceSession joined = new(ModelWriter.ToBytes(model), options);
        foreach (int count in frames)
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(Noise(count * width, 1), [1, count, width]);
            Timings[] timings = GraphBenchmark.Measure([apart, joined], input, runs);
            Console.WriteLine($"{layers} layers, width {width}, {count} frames");
            Console.WriteLine($"  three products: {timings[0]}");
            Console.WriteLine($"  one and a split: {timings[1]}, {timings[1].RatioTo(timings[0])} the first");
        }
    }

    private static Model Build(int width, int layers)
    {
        GraphBuilder g = new("projections", 20);
        Value x = g.Input("x", ElementType.Float, 1, Dim.Symbol("T"), width);
        for (int layer = 0; layer < layers; layer++)
        {
            using IDisposable scope = g.Scope($"layers.{layer}");
            Value[] projections =
            [
                .. new[] { "q", "k", "v" }.Select((name, i) => g.Node("MatMul", name, [x, Weight(g, name, width, (layer * 3) + i)])),
            ];
            x = g.Node("MultiHeadAttention", "attention", projections, [("num_heads", width / 64)], Domain);
        }

        g.Output(x, "y", ElementType.Float, 1, Dim.Symbol("T"), width);
        return g.Build();
    }

    private static Value Weight(GraphBuilder g, string name, int width, int seed) =>
        g.Weight(
            $"{name}.weight",
            ElementType.Float,
            [width, width],
            bytes =>
            {
                float[] values = Noise(width * width, seed);
                values.AsSpan().CopyTo(MemoryMarshal.Cast<byte, float>(bytes));
            }
        );

    private static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.1f)];
    }
}
