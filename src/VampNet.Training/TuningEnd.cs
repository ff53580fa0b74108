namespace VampNet.Training;

/// <summary>Reason why a run ended.</summary>
public enum TuningEnd
{
    /// <summary>All steps are taken.</summary>
    Steps,

    /// <summary>The time is up.</summary>
    TimeLimit,

    /// <summary>The held-out loss did not improve for as many measurements as allowed.</summary>
    Patience,

    /// <summary>Cancelled; the run is saved and can be resumed.</summary>
    Cancelled,
}
