namespace VampNet.Server;

/// <summary>The state of a request.</summary>
public enum JobState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is computed.</summary>
    Running,

    /// <summary>Its result can be fetched.</summary>
    Done,

    /// <summary>Its recording or its settings were refused, or the models failed.</summary>
    Failed,

    /// <summary>The client or the end of the server cancelled it.</summary>
    Cancelled,
}
