using System.CommandLine;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Benchmarks;

/// <summary>One run with every thread in each operator against two runs at a time.</summary>
internal static class LanesBenchmark
{
    private const int Lanes = 2;

    public static Command Command()
    {
        Argument<FileInfo> graph = new("GRAPH") { Description = "A transformer, a codec encoder or a codec decoder." };
        Option<int> frames = new("--frames")
        {
            DefaultValueFactory = _ => 574,
            HelpName = "T",
            Description = "Token frames of the piece.",
        };
        Option<int> context = new("--context")
        {
            HelpName = "N",
            Description =
                "Compute halves of the piece with N frames of context on their inner side, as a codec may: 8 for the released encoder, "
                + "18 for its decoder. Without it: two pieces.",
        };
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 5,
            HelpName = "N",
            Description = "How often to repeat.",
        };
        Command command = new("lanes", "Runs a graph on two threads in each operator, and as two runs at a time, in turns.")
        {
            graph,
            frames,
            context,
            runs,
        };
        command.SetAction(arguments =>
            Run(
                arguments.GetRequiredValue(graph).FullName,
                arguments.GetValue(frames),
                arguments.GetValue(context),
                arguments.GetValue(runs)
            )
        );
        return command;
    }

    private static void Run(string graph, int frames, int context, int runs)
    {
        using InferenceSession shared = Open(graph, Lanes),
            single = Open(graph, 1);
        int pieces = context > 0 ? 1 : Lanes;
        using OrtValue whole = GraphBenchmark.Input(shared, frames),
            part = GraphBenchmark.Input(shared, context > 0 ? ((frames + 1) / Lanes) + context : frames);
        Timings[] timings = Timings.InTurns(
            [
                () =>
                {
                    for (int piece = 0; piece < pieces; piece++)
                    {
                        Run(shared, whole);
                    }
                },
                () => RunAtOnce(single, part),
                () => RunAtOnce(shared, part),
            ],
            runs
        );
        Console.WriteLine($"{(pieces == 1 ? "one run" : "one run after the other")}, {Lanes} threads: {timings[0]}");
        Print("two at once, 1 thread each:", timings[1], timings[0]);
        Print("two at once, one session with 2 threads:", timings[2], timings[0]);
    }

    private static void Print(string name, Timings timings, Timings reference)
    {
        double[] speeds = [.. reference.Seconds.Zip(timings.Seconds, static (before, after) => before / after).Order()];
        Console.WriteLine($"{name} {timings}, {speeds[speeds.Length / 2]:F2} times as fast (turns {speeds[0]:F2} to {speeds[^1]:F2})");
    }

    private static InferenceSession Open(string graph, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        return new InferenceSession(graph, options);
    }

    private static void RunAtOnce(InferenceSession session, OrtValue input)
    {
        Thread other = new(() => Run(session, input));
        other.Start();
        Run(session, input);
        other.Join();
    }

    private static void Run(InferenceSession session, OrtValue input)
    {
        using RunOptions run = new();
        // As the codec runs: working memory goes back at the end.
        run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        session.Run(run, session.InputNames, [input], session.OutputNames).Dispose();
    }
}
