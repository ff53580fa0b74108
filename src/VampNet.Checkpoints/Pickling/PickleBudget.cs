namespace VampNet.Checkpoints.Pickling;

/// <summary>Counts the memory that the pickles of one file take, so that a small file cannot request much.</summary>
internal sealed class PickleBudget(CheckpointLimits limits)
{
    /// <summary>A cautious estimate of a small managed object and its place in a container.</summary>
    public const int ObjectBytes = 64;

    private long _left = limits.PickleMemory;

    public CheckpointLimits Limits { get; } = limits;

    /// <exception cref="CheckpointException">VNC0306: the pickles ask for more than allowed.</exception>
    public void Charge(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
        {
            throw new CheckpointException(
                CheckpointErrorIds.PickleTooLarge,
                $"a pickle whose values take more than {Limits.PickleMemory} bytes",
                "the names and shapes of a model, which take far less",
                "If the file is trusted, raise CheckpointLimits.PickleMemory"
            );
        }
    }
}
