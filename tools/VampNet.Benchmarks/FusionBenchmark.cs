using System.CommandLine;
using System.Globalization;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;
using VampNet.Quantization.Judging;

namespace VampNet.Benchmarks;

/// <summary>Times each family of fusions against the same graph unfused, in turns, both with all of ONNX Runtime's own
/// optimizations.</summary>
internal static class FusionBenchmark
{
    private const double LeastMilliseconds = 20;

    /// <summary>The subcommand.</summary>
    public static Command Command()
    {
        Option<int> turns = new("--turns")
        {
            DefaultValueFactory = _ => 9,
            HelpName = "N",
            Description = "How often to time both, in turns.",
        };
        Option<int> threads = new("--threads")
        {
            DefaultValueFactory = _ => 1,
            HelpName = "N",
            Description = "Threads per operator.",
        };
        Option<string> only = new("--only")
        {
            DefaultValueFactory = _ => "",
            HelpName = "TEXT",
            Description = "Time the families whose name holds this alone.",
        };
        Command command = new("fusions", "Times each family of fusions unfused and fused, and prints the ratios as a table.")
        {
            turns,
            threads,
            only,
        };
        command.SetAction(arguments =>
        {
            Console.WriteLine("| pattern | nodes | fused | unfused, ms | fused, ms | faster | turns |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---|");
            foreach (FusionGraph graph in FusionGraphs.All)
            {
                if (graph.Name.Contains(arguments.GetRequiredValue(only), StringComparison.OrdinalIgnoreCase))
                {
                    Console.WriteLine(Row(graph, arguments.GetValue(turns), arguments.GetValue(threads)));
                }
            }
        });
        return command;
    }

    private static string Row(FusionGraph graph, int turns, int threads)
    {
        using TemporaryFolder folder = new();
        string before = folder.At("before.onnx"),
            after = folder.At("after.onnx");
        using Model model = graph.Build();
        ModelWriter.Write(model, before);
        int nodes = model.Graph.Nodes.Count;
        ModelSample sample = SampleMaker.For(model, new InputProfile()).Seeded(1, 1, 1).Single();
        ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
        ModelWriter.Write(model, after);
        using GraphSession unfused = new(before, threads);
        using GraphSession fused = new(after, threads);
        double first = Math.Max(Time(unfused, sample, 2), Time(fused, sample, 2));
        int passes = (int)Math.Clamp(LeastMilliseconds / first, 1, 1000);
        SpeedRatio speed = SpeedRatio.Of([
            .. Enumerable
                .Range(0, turns)
                .Select(turn =>
                {
                    // Which is first changes, so that neither always follows the other's cache.
                    double one = Time(turn % 2 == 0 ? unfused : fused, sample, passes);
                    double other = Time(turn % 2 == 0 ? fused : unfused, sample, passes);
                    return turn % 2 == 0 ? (one, other) : (other, one);
                }),
        ]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {graph.Name} | {nodes} | {model.Graph.Nodes.Count} | {speed.ReferenceMilliseconds:0.00} | "
                + $"{speed.CandidateMilliseconds:0.00} | {speed.Ratio:0.00} | {speed.Lowest:0.00} to {speed.Highest:0.00} |"
        );
    }

    private static double Time(GraphSession session, ModelSample sample, int passes)
    {
        double sum = 0;
        for (int i = 0; i < passes; i++)
        {
            sum += session.Run(sample, static (_, _) => { }).TotalMilliseconds;
        }

        return sum / passes;
    }
}
