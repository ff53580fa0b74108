using System.CommandLine;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Benchmarks;

/// <summary>Optimizes a chain of many nodes, of which four in five are removed: the time must grow linearly, not quadratically.</summary>
internal static class ChainBenchmark
{
    private const int Runs = 5;

    public static Command Command()
    {
        Option<int> nodes = new("--nodes")
        {
            DefaultValueFactory = _ => 20_000,
            HelpName = "N",
            Description = "Nodes of the longer chain; the shorter one has a quarter.",
        };
        Command command = new("chain", "Optimizes a long chain of nodes, and one of a quarter of its length.") { nodes };
        command.SetAction(arguments => Run(arguments.GetValue(nodes)));
        return command;
    }

    private static void Run(int nodes)
    {
        Optimize(500);
        double quarter = Optimize(nodes / 4),
            whole = Optimize(nodes);
        Console.WriteLine($"four times the nodes take {whole / quarter:F1} times as much processor time");
    }

    private static double Optimize(int nodes)
    {
        Timings timings = new();
        for (int run = 0; run < Runs; run++)
        {
            using Model model = Build(nodes);
            RewriteReport? report = null;
            timings.Add(() => report = ModelOptimizer.Optimize(model, RewriteTarget.Portable).Rewrites);
            if (run == 0)
            {
                Console.Write($"{report!.NodesBefore} nodes -> {report.NodesAfter} in {report.Rounds} rounds: ");
            }
        }

        Console.WriteLine($"{timings.Least:F2} s, the least of {Runs} runs; {timings.ProcessorMedian:F2} s of processor time");
        return timings.ProcessorMedian;
    }

    private static Model Build(int nodes)
    {
        GraphBuilder g = new("chain", 20);
        Value y = g.Input("x", ElementType.Float, 2, 3, 5);
        for (int i = 0; i < nodes; i += 5)
        {
            y = g.Node("Identity", $"identity{i}", [y]);
            y = g.Node("Transpose", $"there{i}", [y], [("perm", (long[])[0, 2, 1])]);
            y = g.Node("Transpose", $"back{i}", [y], [("perm", (long[])[0, 2, 1])]);
            y = g.Node("Mul", $"once{i}", [y, g.Constant(1f)]);
            y = g.Node("Relu", $"relu{i}", [y]);
        }

        g.Output(y, "y", ElementType.Float, 2, 3, 5);
        return g.Build();
    }
}
