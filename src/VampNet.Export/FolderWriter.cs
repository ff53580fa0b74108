using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>Writes a planned export into a folder.</summary>
internal sealed class FolderWriter(string folder, ExportVolume volume, IProgress<ExportProgress>? progress, CancellationToken cancellation)
{
    private long _done;

    public ExportManifest Write(ExportRequest request, ExportPlan plan)
    {
        foreach (PlannedGraph graph in plan.Graphs)
        {
            WriteGraph(graph, plan.WeightBytes);
        }

        foreach (PlannedLedger ledger in plan.Ledgers)
        {
            cancellation.ThrowIfCancellationRequested();
            File.WriteAllBytes(PathOf(PlannedLedger.FileNameOf(ledger.Name)), ledger.Ledger.ToUtf8Json());
        }

        ExportManifest manifest = new()
        {
            Format = ExportManifest.CurrentFormat,
            Tool = $"{ExportMetadata.ToolName} {ExportMetadata.ToolVersion}",
            Opset = request.Options.Opset,
            Target = request.Options.Target.ToString().ToLowerInvariant(),
            WeightLicense = request.WeightLicense,
            Models = plan.Graphs.ToImmutableSortedDictionary(graph => graph.Name, Describe, StringComparer.Ordinal),
            Files = MeasureFiles(plan.WeightBytes),
        };
        File.WriteAllBytes(PathOf(ExportManifest.FileName), manifest.ToUtf8Json());
        return manifest;
    }

    private void WriteGraph(PlannedGraph planned, long total)
    {
        planned.Watch(bytes =>
        {
            cancellation.ThrowIfCancellationRequested();
            _done += bytes;
            progress?.Report(new(ExportStage.Writing, planned.FileName, _done, total));
        });
        string path = PathOf(planned.FileName);
        volume.Write(planned.Graph, path);
        progress?.Report(new(ExportStage.Verifying, planned.FileName, _done, total));
        Verify(planned, path);
    }

    private static void Verify(PlannedGraph planned, string path)
    {
        try
        {
            using Model written = ModelReader.Read(path);
            ModelVerifier.Require(written);
        }
        catch (OnnxException e)
        {
            throw new ExportException(
                ExportErrorIds.VerificationFailed,
                $"Found, on reading {planned.FileName} back: {e.Message} Expected the graph as it was written. Check the volume, and export again.",
                e);
        }
    }

    private ImmutableArray<ManifestFile> MeasureFiles(long total)
    {
        IEnumerable<string> names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path));
        return
        [
            .. names.Where(name => name[0] != '.').Order(StringComparer.Ordinal).Select(name =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new(ExportStage.Verifying, name, _done, total));
                return ManifestFile.Of(PathOf(name));
            }),
        ];
    }

    private static ManifestModel Describe(PlannedGraph planned) => new(
        planned.FileName,
        PlannedLedger.FileNameOf(planned.LedgerName),
        JsonNode.Parse(planned.ConfigurationJson)!.AsObject(),
        planned.Provenance.CheckpointSha256,
        planned.Provenance.CodecSha256,
        planned.Provenance.LoraSha256);

    private string PathOf(string name) => Path.Combine(folder, name);
}
