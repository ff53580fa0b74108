using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Reporting.Benchmarking;

/// <summary>One graph, loaded, and the times of its runs at several lengths.</summary>
internal sealed class TimedGraph : IDisposable
{
    private const int MostPasses = 1000;

    private readonly GraphSession _session;
    private readonly ImmutableArray<Length> _lengths;
    private readonly int _threads;
    private readonly SessionProvider _provider;

    /// <summary>Loads a graph.</summary>
    /// <param name="models">Name of its folder.</param>
    /// <param name="task">The file name of the graph whose work it does.</param>
    /// <param name="path">Its file.</param>
    /// <param name="work">The inputs of that graph, one for each length.</param>
    /// <param name="fed">The inputs fed to this graph for each of them: the same, or the same tokens in the form of a foreign
    /// graph.</param>
    /// <param name="threads">Threads for one operator, 1 or more.</param>
    /// <param name="provider">The execution provider.</param>
    public TimedGraph(
        string models,
        string task,
        string path,
        ImmutableArray<ModelSample> work,
        ImmutableArray<ModelSample> fed,
        int threads,
        SessionProvider provider
    )
    {
        (Models, Path, Task, _threads, _provider) = (models, path, task, threads, provider);
        _lengths = [.. work.Zip(fed, (same, own) => new Length(same, own))];
        long start = Stopwatch.GetTimestamp();
        _session = new GraphSession(path, threads, provider: provider);
        StartMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public string Models { get; }

    public string Path { get; }

    /// <summary>The file name of the graph whose work it does.</summary>
    public string Task { get; }

    public double StartMilliseconds { get; }

    /// <summary>The first output of a run at a length, on the processor: providers that round products would hide differences between
    /// graphs.</summary>
    public (Array Values, long[] Shape) FirstOutput(int length)
    {
        if (_provider.IsProcessor)
        {
            return _session.RunFirst(_lengths[length].Fed);
        }

        using GraphSession session = new(Path, _threads);
        return session.RunFirst(_lengths[length].Fed);
    }

    /// <summary>Warms up, and chooses how many passes make one timed run, so that short passes can be measured despite clock and
    /// scheduler.</summary>
    /// <returns>The milliseconds that a timed run will take.</returns>
    public double WarmUp(int length, double leastMilliseconds)
    {
        Length each = _lengths[length];
        double pass = Pass(each);
        // The first pass of a shape allocates; a short one is measured again.
        pass = pass < leastMilliseconds ? Pass(each) : pass;
        each.Passes = (int)Math.Clamp(Math.Ceiling(leastMilliseconds / pass), 1, MostPasses);
        return each.Passes * pass;
    }

    /// <summary>Makes one timed run, and keeps the mean of its passes.</summary>
    public void Time(int length)
    {
        Length each = _lengths[length];
        double sum = 0;
        for (int pass = 0; pass < each.Passes; pass++)
        {
            sum += Pass(each);
        }

        each.Milliseconds.Add(sum / each.Passes);
    }

    /// <summary>The times at a length, with the work that they are of.</summary>
    public TimedRuns Describe(int length)
    {
        Length each = _lengths[length];
        string inputs = string.Join(", ", each.Work.Inputs.Select(input => $"{input.Name} [{string.Join(',', input.Shape)}]"));
        return new TimedRuns(new EqualWork(Task, inputs, Hash(each.Work), 1, _threads, _provider.Description), [.. each.Milliseconds]);
    }

    public void Dispose() => _session.Dispose();

    private double Pass(Length each) => _session.Run(each.Fed, static (_, _) => { }).TotalMilliseconds;

    private static string Hash(ModelSample sample)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ModelInput input in sample.Inputs)
        {
            hash.AppendData(ElementArrays.ToBytes(input.Values));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Length(ModelSample work, ModelSample fed)
    {
        public ModelSample Work => work;

        public ModelSample Fed => fed;

        public int Passes { get; set; } = 1;

        public List<double> Milliseconds { get; } = [];
    }
}
