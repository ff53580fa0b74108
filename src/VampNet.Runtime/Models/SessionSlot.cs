using Microsoft.ML.OnnxRuntime;

namespace VampNet.Runtime.Models;

/// <summary>A session that is opened for its first run, and may be closed between runs: the next one opens it again. Thread-safe.</summary>
/// <param name="open">Opens the session.</param>
/// <param name="session">A session that is open already; null for none.</param>
internal sealed class SessionSlot(Func<InferenceSession> open, InferenceSession? session) : IDisposable
{
    private readonly Lock _gate = new();
    private InferenceSession? _session = session;
    private int _runs;
    private bool _closes,
        _isDisposed;

    /// <summary>Whether a session is open.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _session is not null;
            }
        }
    }

    /// <summary>Runs something on the session. Runs may overlap.</summary>
    public void Run(Action<InferenceSession> run)
    {
        InferenceSession taken = Take();
        try
        {
            run(taken);
        }
        finally
        {
            Return();
        }
    }

    /// <summary>Closes the session, which frees its weights and working memory; if something runs on it, then at the end of that.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closes = true;
            CloseIfUnused();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            (_closes, _isDisposed) = (true, true);
            CloseIfUnused();
        }
    }

    private InferenceSession Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _session ??= open();
            _closes = false;
            _runs++;
            return _session;
        }
    }

    private void Return()
    {
        lock (_gate)
        {
            _runs--;
            CloseIfUnused();
        }
    }

    private void CloseIfUnused()
    {
        if (_closes && _runs == 0)
        {
            _session?.Dispose();
            (_session, _closes) = (null, false);
        }
    }
}
