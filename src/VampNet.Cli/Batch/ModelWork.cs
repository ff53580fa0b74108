using System.Globalization;
using VampNet.Models;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Batch;

/// <summary>Work on one folder of models, which are loaded when the first item needs them.</summary>
/// <param name="models">The folder; disposed with this.</param>
/// <param name="graphs">The graphs that the work uses.</param>
/// <param name="operation">The operation and its options.</param>
/// <param name="run">Makes the outputs of one input.</param>
internal sealed class ModelWork(
    VampNetModels models,
    IReadOnlyList<string> graphs,
    string operation,
    Func<VampNetModels, string, string, CancellationToken, Task> run
) : BatchWork
{
    private string? _settings;

    /// <inheritdoc/>
    public override string Settings => _settings ??= Describe();

    /// <inheritdoc/>
    public override Task RunAsync(string input, string output, CancellationToken cancellationToken) =>
        run(models, input, output, cancellationToken);

    /// <inheritdoc/>
    public override void Dispose() => models.Dispose();

    // Sums in another number of parts round differently, so the number of threads counts.
    private string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {operation}
            {models.Provider}, {models.Threads} threads
            {string.Join('\n', graphs.Select(name => $"{name} {Hash(name)}"))}
            """
        );

    private string Hash(string name)
    {
        string path = Path.Combine(models.Folder, name);
        if (!File.Exists(path))
        {
            // Loading the model throws an error that says what is missing, and what to do.
            _ = name switch
            {
                ModelFiles.CodecEncoder => (IDisposable)models.Encoder,
                ModelFiles.CodecDecoder => models.Decoder,
                ModelFiles.Coarse => models.Coarse,
                _ => models.Fine,
            };
        }

        return ContentHash.OfGraph(path);
    }
}
