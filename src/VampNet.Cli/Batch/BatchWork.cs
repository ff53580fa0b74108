namespace VampNet.Cli.Batch;

/// <summary>Makes the outputs of items, one after another.</summary>
internal abstract class BatchWork : IDisposable
{
    /// <summary>All that decides the outputs beside the input: the operation, its options, the models' contents.</summary>
    public abstract string Settings { get; }

    /// <summary>SHA-256 of an input's contents.</summary>
    public virtual string HashInput(string input) => ContentHash.ReadFile(input);

    /// <summary>Makes the outputs of one input.</summary>
    /// <param name="input">The file to read.</param>
    /// <param name="output">The path to write at; other outputs are named after it.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public abstract Task RunAsync(string input, string output, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
