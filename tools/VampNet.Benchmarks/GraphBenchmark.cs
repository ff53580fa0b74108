using System.CommandLine;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Benchmarks;

/// <summary>Graphs of equal work against each other in ONNX Runtime, in turns.</summary>
internal static class GraphBenchmark
{
    public static Command Command()
    {
        Argument<FileInfo[]> graphs = new("graphs")
        {
            Description = "Graphs with equal inputs: transformers, codec encoders or codec decoders.",
        };
        Option<int> frames = new("--frames")
        {
            DefaultValueFactory = _ => 574,
            HelpName = "T",
            Description = "Token frames; an encoder gets T * 768 samples.",
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
        Command command = new("graphs", "Runs graphs in turns and prints each one's time, and its ratio to the first.")
        {
            graphs,
            frames,
            runs,
            threads,
        };
        command.SetAction(arguments =>
            Run(arguments.GetRequiredValue(graphs), arguments.GetValue(frames), arguments.GetValue(runs), arguments.GetValue(threads))
        );
        return command;
    }

    private static void Run(FileInfo[] graphs, int frames, int runs, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        InferenceSession[] sessions = [.. graphs.Select(graph => new InferenceSession(graph.FullName, options))];
        using OrtValue input = Input(sessions[0], frames);
        Timings[] timings = Measure(sessions, input, runs);
        for (int j = 0; j < graphs.Length; j++)
        {
            Console.WriteLine($"{graphs[j].FullName}: {timings[j]}, {timings[j].RatioTo(timings[0])} the first");
            sessions[j].Dispose();
        }
    }

    /// <summary>Runs the sessions in turns on one input; a first round warms up.</summary>
    public static Timings[] Measure(InferenceSession[] sessions, OrtValue input, int runs) =>
        Measure([.. sessions.Select(session => (session, input))], runs);

    /// <summary>Runs the sessions in turns, each on an input of its own; a first round warms up.</summary>
    public static Timings[] Measure((InferenceSession Session, OrtValue Input)[] sides, int runs)
    {
        using RunOptions run = new();
        return Timings.InTurns(
            [
                .. sides.Select(side =>
                    (Action)(() => side.Session.Run(run, side.Session.InputNames, [side.Input], side.Session.OutputNames).Dispose())
                ),
            ],
            runs
        );
    }

    /// <summary>Random codes [B,C,T].</summary>
    public static OrtValue Codes(InferenceSession session, int batch, int frames)
    {
        int codebooks = session.InputMetadata.Values.Single().Dimensions[1];
        Random random = new(1);
        long[] codes = [.. Enumerable.Range(0, batch * codebooks * frames).Select(_ => (long)random.Next(64))];
        return OrtValue.CreateTensorValueFromMemory(codes, [batch, codebooks, frames]);
    }

    /// <summary>Random codes [1,C,T], random latents [1,C,T], or quiet noise of T hops.</summary>
    public static OrtValue Input(InferenceSession session, int frames, int hop = 768)
    {
        NodeMetadata metadata = session.InputMetadata.Values.Single();
        int channels = metadata.Dimensions[1];
        Random random = new(1);
        if (metadata.ElementType == typeof(long))
        {
            return Codes(session, 1, frames);
        }

        if (channels > 1)
        {
            float[] latents = [.. Enumerable.Range(0, channels * frames).Select(_ => (random.NextSingle() * 2) - 1)];
            return OrtValue.CreateTensorValueFromMemory(latents, [1, channels, frames]);
        }

        float[] audio = [.. Enumerable.Range(0, frames * hop).Select(_ => (random.NextSingle() * 0.2f) - 0.1f)];
        return OrtValue.CreateTensorValueFromMemory(audio, [1, 1, audio.Length]);
    }
}
