using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Reporting.Benchmarking;

/// <summary>The time that one kind of operator takes on one provider in a pass of a graph.</summary>
/// <param name="Operator">Its type as ONNX Runtime runs it, after fusion.</param>
/// <param name="Nodes">Number of its nodes that ran in a pass.</param>
/// <param name="Milliseconds">Their time in a pass, the mean of the passes.</param>
/// <param name="Provider">ONNX Runtime's name of the provider that ran them, such as <c>CPUExecutionProvider</c>.</param>
public sealed record OperatorTime(string Operator, int Nodes, double Milliseconds, string Provider)
{
    /// <summary>Whether they copy between the memories of two providers.</summary>
    internal bool IsCopy => Operator is "MemcpyToHost" or "MemcpyFromHost";
}

/// <summary>Measures where a graph's time goes, by ONNX Runtime's own profiler, in separate runs.</summary>
internal static class OperatorProfile
{
    private const int Passes = 3;
    private const string KernelTime = "_kernel_time";

    /// <summary>The times of a graph's operators, and of each node by its name in ONNX Runtime.</summary>
    public sealed record Times(
        ImmutableArray<OperatorTime> Operators,
        IReadOnlyDictionary<string, (string Operator, double Milliseconds)> Nodes
    )
    {
        /// <summary>No times.</summary>
        public static Times None { get; } = new([], ImmutableDictionary<string, (string, double)>.Empty);
    }

    /// <summary>Runs a graph and adds up the times of its nodes by operator.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="sample">The inputs of the run.</param>
    /// <param name="threads">Threads for one operator.</param>
    /// <param name="provider">The execution provider.</param>
    /// <returns>The operators, the slowest first.</returns>
    public static ImmutableArray<OperatorTime> Measure(string path, ModelSample sample, int threads, SessionProvider provider) =>
        Parse(Record(path, sample, threads, provider));

    /// <summary>Measures on the processor as <see cref="Measure"/> does, and each node by itself.</summary>
    public static Times MeasureNodes(string path, ModelSample sample, int threads)
    {
        byte[] profile = Record(path, sample, threads, provider: null);
        return new Times(Parse(profile), ParseNodes(profile));
    }

    private static byte[] Record(string path, ModelSample sample, int threads, SessionProvider? provider)
    {
        using TemporaryFolder folder = new();
        // The profile is complete when the session is disposed.
        using (
            GraphSession session = new(
                path,
                options =>
                {
                    options.IntraOpNumThreads = threads;
                    // In this order: enabling reads the prefix.
                    options.ProfileOutputPathPrefix = folder.At("profile");
                    options.EnableProfiling = true;
                },
                provider
            )
        )
        {
            for (int pass = 0; pass <= Passes; pass++)
            {
                session.Run(sample, static (_, _) => { });
            }
        }

        return File.ReadAllBytes(Directory.GetFiles(folder.Path).Single());
    }

    /// <summary>Adds up a profile; the first pass warms up and does not count.</summary>
    internal static ImmutableArray<OperatorTime> Parse(ReadOnlyMemory<byte> profile)
    {
        using JsonDocument json = JsonDocument.Parse(profile);
        JsonElement[] events = [.. json.RootElement.EnumerateArray()];
        double[] starts = [.. events.Where(each => Text(each, "name") == "model_run").Select(each => Number(each, "ts")).Order()];
        if (starts.Length < 2)
        {
            return [];
        }

        int passes = starts.Length - 1;
        return
        [
            .. events
                .Where(each =>
                    Text(each, "cat") == "Node"
                    && Text(each, "name").EndsWith(KernelTime, StringComparison.Ordinal)
                    && Number(each, "ts") >= starts[1]
                )
                .Select(each => (Event: each, Arguments: each.GetProperty("args")))
                .GroupBy(each => (Operator: Text(each.Arguments, "op_name"), Provider: Text(each.Arguments, "provider")))
                .Select(group => new OperatorTime(
                    group.Key.Operator,
                    (int)Math.Round((double)group.Count() / passes),
                    group.Sum(each => Number(each.Event, "dur")) / 1000 / passes,
                    group.Key.Provider
                ))
                .OrderByDescending(each => each.Milliseconds)
                .ThenBy(each => each.Operator, StringComparer.Ordinal)
                .ThenBy(each => each.Provider, StringComparer.Ordinal),
        ];
    }

    /// <summary>The time of each node in a pass, by name; of nodes of one name, the sum.</summary>
    internal static Dictionary<string, (string Operator, double Milliseconds)> ParseNodes(ReadOnlyMemory<byte> profile)
    {
        using JsonDocument json = JsonDocument.Parse(profile);
        JsonElement[] events = [.. json.RootElement.EnumerateArray()];
        double[] starts = [.. events.Where(each => Text(each, "name") == "model_run").Select(each => Number(each, "ts")).Order()];
        return starts.Length < 2
            ? []
            : events
                .Where(each =>
                    Text(each, "cat") == "Node"
                    && Text(each, "name").EndsWith(KernelTime, StringComparison.Ordinal)
                    && Number(each, "ts") >= starts[1]
                )
                .GroupBy(each => Text(each, "name")[..^KernelTime.Length])
                .ToDictionary(
                    group => group.Key,
                    group =>
                        (
                            Text(group.First().GetProperty("args"), "op_name"),
                            group.Sum(each => Number(each, "dur")) / 1000 / (starts.Length - 1)
                        ),
                    StringComparer.Ordinal
                );
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static double Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
}
