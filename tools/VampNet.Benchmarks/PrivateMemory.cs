using System.Globalization;

namespace VampNet.Benchmarks;

/// <summary>Watches the private memory of this process: anonymous pages in RAM, without mapped files, sampled every 2 ms.</summary>
internal sealed class PrivateMemory : IDisposable
{
    private readonly Thread _sampler;
    private volatile bool _ended;

    public PrivateMemory()
    {
        Before = Read();
        _sampler = new Thread(Sample) { IsBackground = true };
        _sampler.Start();
    }

    /// <summary>At this moment, in bytes.</summary>
    public static long Now => Read();

    /// <summary>At this moment, in bytes: the pages of this process, and its part of those that other processes have mapped too.</summary>
    public static long Share => Read("/proc/self/smaps_rollup", "Pss:");

    /// <summary>At the beginning, in bytes.</summary>
    public long Before { get; }

    /// <summary>The largest so far, in bytes.</summary>
    public long Peak { get; private set; }

    public void Dispose()
    {
        _ended = true;
        _sampler.Join();
    }

    private void Sample()
    {
        while (!_ended)
        {
            Peak = Math.Max(Peak, Read());
            Thread.Sleep(2);
        }
    }

    private static long Read() => Read("/proc/self/status", "RssAnon:");

    private static long Read(string file, string name)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(
                line.AsSpan(name.Length, line.Length - name.Length - 2),
                NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite
            ) * 1024;
    }
}
