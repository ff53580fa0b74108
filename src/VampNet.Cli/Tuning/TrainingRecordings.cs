using VampNet.Checkpoints;
using VampNet.Cli.Display;
using VampNet.Export;
using VampNet.Models;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;
using VampNet.Training.Data;

namespace VampNet.Cli.Tuning;

/// <summary>Encodes the recordings of a run with its codec on ONNX Runtime. Graph and codes lie in the run's folder and are made
/// once.</summary>
internal static class TrainingRecordings
{
    /// <summary>Reads a folder of recordings.</summary>
    /// <param name="audio">The folder of recordings.</param>
    /// <param name="run">The folder of the run: the codec's graph goes to <c>codec</c>, codes to <c>codes</c>.</param>
    /// <param name="codec">The codec's checkpoint.</param>
    /// <param name="threads">Threads of one operator; 0 for one per core.</param>
    /// <param name="progress">Receives the files.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<Corpus> ReadAsync(
        string audio,
        string run,
        string codec,
        int threads,
        IProgress<ProgressStep> progress,
        CancellationToken cancellationToken
    )
    {
        string graphs = Path.Combine(run, "codec");
        using CodecEncoder encoder = Open(graphs, codec, threads, progress, cancellationToken);
        var files = new Progress(progress);
        return await CorpusReader
            .ReadAsync(
                audio,
                new PieceEncoder(encoder, new PieceStore(Path.Combine(run, "codes"))),
                encoder.Configuration.Rate,
                files,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static CodecEncoder Open(
        string graphs,
        string codec,
        int threads,
        IProgress<ProgressStep> progress,
        CancellationToken cancellationToken
    )
    {
        string graph = Path.Combine(graphs, ModelFiles.CodecEncoder);
        var options = new ModelOptions { Threads = threads };
        if (File.Exists(graph))
        {
            string sha256;
            using (Checkpoint checkpoint = Checkpoint.Open(codec))
            {
                sha256 = checkpoint.ComputeFileSha256();
            }

            CodecEncoder earlier = CodecEncoder.Open(graph, options);
            if (earlier.CheckpointSha256 == sha256)
            {
                return earlier;
            }

            earlier.Dispose();
        }

        progress.Report(new ProgressStep("exporting the codec", 0));
        Directory.CreateDirectory(Path.GetDirectoryName(graphs)!);
        ExportRun.Run(new ExportRequest { CodecPath = codec, OutputFolder = graphs }, cancellationToken: cancellationToken);
        progress.Report(new ProgressStep("exporting the codec", 1));
        return CodecEncoder.Open(graph, options);
    }

    private sealed class Progress(IProgress<ProgressStep> steps) : IProgress<CorpusProgress>
    {
        public void Report(CorpusProgress value) =>
            steps.Report(
                new ProgressStep("encoding recordings", (double)value.Done / value.Total) { Bar = "encoding", Detail = value.Name }
            );
    }
}
