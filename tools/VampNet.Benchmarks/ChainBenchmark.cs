using System.CommandLine;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Benchmarks;

/// <summary>Optimizing a chain of many nodes, four of five of which go: the time must grow as the chain does, not as its square.</summary>
internal static class ChainBenchmark
{
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
        Console.WriteLine($"four times the nodes take {whole / quarter:F1} times as long");
    }

    private static double Optimize(int nodes)
    {
        using Model model = Build(nodes);
        Timings timings = new();
        RewriteReport? report = null;
        timings.Add(() => report = ModelOptimizer.Optimize(model, RewriteTarget.Portable).Rewrites);
        Console.WriteLine($"{report!.NodesBefore} nodes -> {report.NodesAfter} in {report.Rounds} rounds: {timings.Median:F2} s");
        return timings.Median;
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
