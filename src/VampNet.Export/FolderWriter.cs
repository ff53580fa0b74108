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
        // What remains to be done beside the writing. Most of an export's work is SHA-256: of each checkpoint while weights are computed
        // from it, and of each written file while it is written.
        List<Task> checks = [];
        List<ManifestFile> written = [];
        try
        {
            // Graphs wait for the checkpoints' digests, nothing waits for the ledgers: these come second.
            Task<ManifestFile[]> ledgers = plan.Digested.ContinueWith(
                digested => digested.IsCompletedSuccessfully ? plan.Ledgers.Select(WriteLedger).ToArray() : [],
                TaskScheduler.Default
            );
            checks.Add(ledgers);
            foreach (PlannedGraph graph in plan.Graphs)
            {
                written.AddRange(WriteGraph(graph, plan.WeightBytes));
                checks.Add(Task.Run(() => Verify(graph), cancellationToken));
            }

            progress?.Report(new(ExportStage.Verifying, null, _done, plan.WeightBytes));
            checks.ForEach(check => check.GetAwaiter().GetResult());
            written.AddRange(ledgers.Result);
            IEnumerable<string> added =
                request.AddFiles?.Invoke(plan.Graphs.Where(graph => !graph.IsStep).Select(graph => PathOf(graph.FileName))) ?? [];
            return WriteManifest(request, plan, [.. written, .. added.Select(ManifestFile.Read)]);
        }
        finally
        {
            // Nothing may read the checkpoints' maps or the folder once this returns, whatever ended it.
            Task.WhenAll(checks).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
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

    private IEnumerable<ManifestFile> WriteGraph(PlannedGraph planned, long total)
    {
        planned.Watch(bytes =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            _done += bytes;
            progress?.Report(new(ExportStage.Writing, planned.FileName, _done, total));
        });
        string path = PathOf(planned.FileName);
        ImmutableArray<WrittenFile> files = planned is { IsStep: true, IsFused: false }
            ? ModelWriter.WriteDigested(planned.Graph, path, null, planned.Sign)
            : volume.Write(planned.Graph, path, planned.Sign);
        progress?.Report(new(ExportStage.Verifying, planned.FileName, _done, total));
        return files.Select(file => new ManifestFile(file.Name, file.Length, file.Sha256));
    }

    private void Verify(PlannedGraph planned)
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
                found: $"that {planned.FileName}, read back from the volume, is damaged: {e.Message}",
                expected: "the graph as it was written",
                advice: "Check the volume, and export again",
                cause: e
            );
        }
    }

    private ManifestFile WriteLedger(PlannedLedger ledger)
    {
        string path = PathOf(PlannedLedger.FileNameOf(ledger.Name));
        WholeFile.Write(path, ledger.Ledger.ToUtf8Json());
        return ManifestFile.Read(path);
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
