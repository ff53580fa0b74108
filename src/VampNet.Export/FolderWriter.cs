using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Files;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Writes a planned export into a folder.</summary>
internal sealed class FolderWriter(
    string folder,
    ExportVolume volume,
    IProgress<ExportProgress>? progress,
    CancellationToken cancellationToken
)
{
    private long _done;

    public ModelManifest Write(ExportRequest request, ExportPlan plan)
    {
        // The ledgers and the finished files are read back and digested while the next graph is written: half of the work is SHA-256.
        List<Task<ManifestFile[]>> digests = [];
        try
        {
            // Graphs wait for the checkpoints' digests, nothing waits for the ledgers: these come second.
            digests.Add(
                plan.Digested.ContinueWith(
                    digested => digested.IsCompletedSuccessfully ? plan.Ledgers.Select(WriteLedger).ToArray() : [],
                    TaskScheduler.Default
                )
            );
            foreach (PlannedGraph graph in plan.Graphs)
            {
                WriteGraph(graph, plan.WeightBytes);
                digests.Add(Task.Run(() => VerifyAndMeasure(graph), cancellationToken));
            }

            progress?.Report(new(ExportStage.Verifying, null, _done, plan.WeightBytes));
            ManifestFile[] written = [.. digests.SelectMany(digest => digest.GetAwaiter().GetResult())];
            IEnumerable<string> added =
                request.AddFiles?.Invoke(plan.Graphs.Where(graph => !graph.IsStep).Select(graph => PathOf(graph.FileName))) ?? [];
            return WriteManifest(request, plan, [.. written, .. added.Select(ManifestFile.Of)]);
        }
        finally
        {
            // Nothing may read the checkpoints' maps or the folder once this returns, whatever ended it.
            Task.WhenAll(digests).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    private ModelManifest WriteManifest(ExportRequest request, ExportPlan plan, IEnumerable<ManifestFile> files)
    {
        ModelManifest manifest = new()
        {
            Format = ModelManifest.CurrentFormat,
            Tool = $"{MetadataKeys.ToolName} {MetadataKeys.ToolVersion}",
            Opset = request.Options.Opset,
            Target = request.Options.Target.ToString().ToLowerInvariant(),
            WeightLicense = request.WeightLicense,
            Models = plan
                .Graphs.Where(graph => !graph.IsStep)
                .ToImmutableSortedDictionary(graph => graph.Name, graph => Describe(graph, request), StringComparer.Ordinal),
            Files = [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
        WholeFile.Write(PathOf(ModelManifest.FileName), manifest.ToUtf8Json());
        return manifest;
    }

    private void WriteGraph(PlannedGraph planned, long total)
    {
        planned.Watch(bytes =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            _done += bytes;
            progress?.Report(new(ExportStage.Writing, planned.FileName, _done, total));
        });
        planned.Sign();
        if (planned is { IsStep: true, IsFused: false })
        {
            ModelWriter.Write(planned.Graph, PathOf(planned.FileName), null);
        }
        else
        {
            volume.Write(planned.Graph, PathOf(planned.FileName));
        }

        progress?.Report(new(ExportStage.Verifying, planned.FileName, _done, total));
    }

    private ManifestFile[] VerifyAndMeasure(PlannedGraph planned)
    {
        try
        {
            using Model written = ModelReader.Read(PathOf(planned.FileName));
            ModelVerifier.Require(written);
        }
        catch (OnnxException e)
        {
            throw new ExportException(
                ExportErrorIds.VerificationFailed,
                found: $"on reading {planned.FileName} back: {e.Message}",
                expected: "the graph as it was written",
                advice: "Check the volume, and export again",
                cause: e
            );
        }

        return [.. Directory.EnumerateFiles(folder, $"{planned.FileName}*").Select(ManifestFile.Of)];
    }

    private ManifestFile WriteLedger(PlannedLedger ledger)
    {
        string path = PathOf(PlannedLedger.FileNameOf(ledger.Name));
        WholeFile.Write(path, ledger.Ledger.ToUtf8Json());
        return ManifestFile.Of(path);
    }

    private static ManifestModel Describe(PlannedGraph planned, ExportRequest request) =>
        new(
            planned.FileName,
            PlannedLedger.FileNameOf(planned.LedgerName),
            JsonNode.Parse(planned.ConfigurationJson)!.AsObject(),
            planned.Provenance.CheckpointSha256,
            planned.Provenance.CodecSha256,
            planned.Provenance.LoraSha256,
            planned.Provenance.CheckpointFile,
            planned.Provenance.CodecFile,
            planned.Provenance.LoraFile,
            planned.Name == "coarse" ? request.CoarseChunkSeconds
                : planned.Name == "c2f" ? request.FineChunkSeconds
                : null
        );

    private string PathOf(string name) => Path.Combine(folder, name);
}
