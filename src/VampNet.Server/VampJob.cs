using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Generation;

namespace VampNet.Server;

/// <summary>One request: its input until it is computed, its results afterwards, and its status all the while. Thread-safe.</summary>
internal sealed class VampJob : IProgress<VampProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancel = new();
    private TaskCompletionSource _changed = NewSignal();
    private AudioClip? _input;
    private IReadOnlyList<byte[]> _results = [];

    public VampJob(AudioClip input, VampOptions options)
    {
        (_input, Options) = (input, options);
        Id = Guid.CreateVersion7().ToString("N");
        Status = new JobStatus(Id, JobState.Queued, null, 0, 0, null);
    }

    public string Id { get; }

    public VampOptions Options { get; }

    public JobStatus Status { get; private set; }

    /// <summary>Cancelled when the request is.</summary>
    public CancellationToken Cancellation => _cancel.Token;

    /// <summary>Completes when the request has ended.</summary>
    public Task Completion => _completion.Task;

    private readonly TaskCompletionSource _completion = NewSignal();

    /// <summary>Takes the input for computing; null where the request has ended meanwhile.</summary>
    public AudioClip? Begin()
    {
        lock (_lock)
        {
            if (Status.IsFinal)
            {
                return null;
            }

            AudioClip? input = _input;
            _input = null;
            Change(Status with { State = JobState.Running });
            return input;
        }
    }

    /// <summary>Ends the request with its results, WAVE files.</summary>
    public void Finish(IReadOnlyList<byte[]> results) =>
        End(status => status with { State = JobState.Done, Stage = null, Fraction = 1, Variations = results.Count }, results);

    /// <summary>Ends the request with the reason why it failed.</summary>
    public void Fail(string error) => End(status => status with { State = JobState.Failed, Stage = null, Error = error }, []);

    /// <summary>Cancels the request in any state; its computation stops soon.</summary>
    /// <returns>Whether it had not ended before.</returns>
    public bool Cancel()
    {
        bool ended = End(status => status with { State = JobState.Cancelled, Stage = null }, []);
        if (ended)
        {
            _cancel.Cancel();
        }

        return ended;
    }

    /// <summary>Returns one of the results; null if there is none of this number.</summary>
    /// <param name="variation">From 1.</param>
    public byte[]? Result(int variation)
    {
        lock (_lock)
        {
            return variation >= 1 && variation <= _results.Count ? _results[variation - 1] : null;
        }
    }

    /// <inheritdoc/>
    public void Report(VampProgress value)
    {
        lock (_lock)
        {
            if (Status.State == JobState.Running)
            {
                double fraction = (value.Chunk - 1 + ((double)value.Step / value.Steps)) / value.Chunks;
                Change(Status with { Stage = value.Stage.ToString().ToLowerInvariant(), Fraction = Math.Clamp(fraction, 0, 1) });
            }
        }
    }

    /// <summary>The status, and each later one until the last. A slow reader gets the newest, not all.</summary>
    public async IAsyncEnumerable<JobStatus> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (true)
        {
            (JobStatus status, Task changed) = Look();
            yield return status;
            if (status.IsFinal)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _cancel.Dispose();

    private (JobStatus Status, Task Changed) Look()
    {
        lock (_lock)
        {
            return (Status, _changed.Task);
        }
    }

    private bool End(Func<JobStatus, JobStatus> end, IReadOnlyList<byte[]> results)
    {
        lock (_lock)
        {
            if (Status.IsFinal)
            {
                return false;
            }

            (_input, _results) = (null, results);
            Change(end(Status));
            _completion.SetResult();
            return true;
        }
    }

    private void Change(JobStatus status)
    {
        Status = status;
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
