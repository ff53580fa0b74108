using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Benchmarks;

/// <summary>The memory that loading and running one graph takes, measured in a process of its own.</summary>
internal static class GraphMemory
{
    private const string Name = "graph-memory";

    /// <summary>The command that the separate process runs.</summary>
    public static Command Command()
    {
        Argument<FileInfo> graph = new("graph") { Description = "The graph." };
        Option<int> frames = new("--frames") { Required = true, Description = "Token frames." };
        Option<int> hop = new("--hop") { Required = true, Description = "Samples in a frame, for an encoder." };
        Command command = new(Name, "Loads a graph, runs it once, and prints the most private memory that this took.")
        {
            graph,
            frames,
            hop,
        };
        command.SetAction(arguments =>
        {
            using PrivateMemory memory = new();
            using InferenceSession session = new(arguments.GetRequiredValue(graph).FullName);
            using OrtValue input = GraphBenchmark.Input(session, arguments.GetValue(frames), arguments.GetValue(hop));
            using RunOptions run = new();
            session.Run(run, session.InputNames, [input], session.OutputNames).Dispose();
            Console.WriteLine($"{(memory.Peak - memory.Before) / 1e6:F0} MB of private memory at most");
        });
        return command;
    }

    /// <summary>Measures a graph.</summary>
    /// <returns>Output of the process.</returns>
    public static string Measure(string graph, int frames, int hop)
    {
        string program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(GraphMemory).Assembly.Location] : [];
        ProcessStartInfo start = new(program, [.. self, Name, graph, "--frames", $"{frames}", "--hop", $"{hop}"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{Name} ended with {process.ExitCode}: {output}");
    }
}
