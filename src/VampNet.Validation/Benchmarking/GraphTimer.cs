using System.Diagnostics;
using System.Security.Cryptography;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Benchmarking;

/// <summary>One graph, loaded, and the times of its runs.</summary>
internal sealed class GraphTimer : IDisposable
{
    private readonly SampleSession _session;
    private readonly string _task;
    private readonly int _threads;

    public GraphTimer(string path, int threads)
    {
        (_task, _threads) = (Path.GetFileName(path), threads);
        long start = Stopwatch.GetTimestamp();
        _session = new SampleSession(path, threads);
        StartMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public double StartMilliseconds { get; }

    /// <summary>The time of one run, in milliseconds.</summary>
    public double Time(ModelSample sample) => _session.Run(sample, static (_, _) => { }).TotalMilliseconds;

    /// <summary>Times with the work they are of.</summary>
    public TimedRuns Describe(ModelSample sample, IEnumerable<double> milliseconds) => new(
        new EqualWork(
            _task,
            string.Join(", ", sample.Inputs.Select(input => $"{input.Name} [{string.Join(',', input.Shape)}]")),
            Hash(sample),
            1,
            _threads,
            "CPUExecutionProvider"),
        [.. milliseconds]);

    public void Dispose() => _session.Dispose();

    private static string Hash(ModelSample sample)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ModelInput input in sample.Inputs)
        {
            byte[] bytes = new byte[Buffer.ByteLength(input.Values)];
            Buffer.BlockCopy(input.Values, 0, bytes, 0, bytes.Length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
