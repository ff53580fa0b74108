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

    private static long Read()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(8, line.Length - 10), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite) * 1024;
    }
}
