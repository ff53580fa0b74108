using System.Threading.Channels;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Server;

/// <summary>Computes requests one after the other with one set of models, and keeps ended ones for a while. Thread-safe.</summary>
internal sealed class VampQueue : IAsyncDisposable
{
    private readonly VampNetPipeline _pipeline;
    private readonly ServerOptions _options;
    private readonly Channel<VampJob> _waiting;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, VampJob> _jobs = [];
    private readonly Queue<VampJob> _ended = [];
    private readonly Task _worker;
    private bool _stopped;

    public VampQueue(VampNetModels models, ServerOptions options)
    {
        (_pipeline, _options) = (new VampNetPipeline(models, options.CodeCacheBytes), options);
        _waiting = Channel.CreateUnbounded<VampJob>(new UnboundedChannelOptions { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Adds a request.</summary>
    /// <exception cref="ServerException">VNS0004: the queue is full. VNS0005: the server stops.</exception>
    public VampJob Add(AudioClip input, VampOptions options)
    {
        var job = new VampJob(input, options);
        lock (_lock)
        {
            if (_stopped)
            {
                throw new ServerException(
                    ServerErrorIds.Stopping,
                    found: "a request while the server stops",
                    expected: "requests to a running server",
                    advice: "Send it again when the server has started anew"
                );
            }

            int waiting = _jobs.Values.Count(each => each.Status.State == JobState.Queued);
            if (waiting >= _options.QueueLength)
            {
                throw new ServerException(
                    ServerErrorIds.QueueFull,
                    found: $"{waiting} requests waiting",
                    expected: $"fewer than {_options.QueueLength}",
                    advice: "Send the request again later"
                );
            }

            _jobs.Add(job.Id, job);
        }

        _waiting.Writer.TryWrite(job);
        return job;
    }

    /// <summary>A request that waits, runs, or ended not long ago; null for none.</summary>
    public VampJob? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.GetValueOrDefault(id);
        }
    }

    /// <summary>Cancels all requests and waits until they have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        VampJob[] jobs;
        lock (_lock)
        {
            _stopped = true;
            jobs = [.. _jobs.Values];
        }

        foreach (VampJob job in jobs)
        {
            job.Cancel();
        }

        _waiting.Writer.TryComplete();
        await _worker.ConfigureAwait(false);
        foreach (VampJob job in jobs)
        {
            job.Dispose();
        }
    }

    private async Task WorkAsync()
    {
        await foreach (VampJob job in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (job.Begin() is { } input)
            {
                await ComputeAsync(job, input).ConfigureAwait(false);
            }

            Retire(job);
        }
    }

    private async Task ComputeAsync(VampJob job, AudioClip input)
    {
        try
        {
            VampResult result = await _pipeline.VampAsync(input, job.Options, job, job.Cancellation).ConfigureAwait(false);
            job.Finish([.. result.Audio.Select(ToWave)]);
        }
        catch (OperationCanceledException)
        {
            job.Cancel();
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // A failed request must not stop the next ones.
            job.Fail(problem.Message);
        }
    }

    private void Retire(VampJob job)
    {
        lock (_lock)
        {
            _ended.Enqueue(job);
            while (_ended.Count > _options.KeptResults)
            {
                VampJob oldest = _ended.Dequeue();
                _jobs.Remove(oldest.Id);
                oldest.Dispose();
            }
        }
    }

    private static byte[] ToWave(AudioClip clip)
    {
        using var stream = new MemoryStream();
        WavWriter.Write(stream, clip, WavEncoding.Pcm24);
        return stream.ToArray();
    }
}
