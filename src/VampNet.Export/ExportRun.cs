using VampNet.Checkpoints;
using VampNet.Models;

namespace VampNet.Export;

/// <summary>
/// Turns checkpoints into a folder of graphs: coarse.onnx, c2f.onnx, codec_encoder.onnx and codec_decoder.onnx with their
/// weights beside them, a ledger per checkpoint, and manifest.json. The folder appears under its name only when all of it is
/// written, read back and found valid. Weights stream from the checkpoints' memory maps, one tensor at a time.
/// </summary>
public static class ExportRun
{
    /// <summary>Exports.</summary>
    /// <param name="request">The request.</param>
    /// <param name="progress">Receives every stage and every written weight, on the calling thread; may be null.</param>
    /// <param name="cancellationToken">Checked before each weight; nothing is left under a final name.</param>
    /// <returns>The manifest of the folder.</returns>
    /// <exception cref="ExportException">The request or the folder is refused, or writing failed.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be read.</exception>
    /// <exception cref="Architecture.ArchitectureException">A checkpoint is not the model it is given as, or does not fit the
    /// codec.</exception>
    /// <exception cref="OperationCanceledException">The export was cancelled.</exception>
    public static ModelManifest Run(
        ExportRequest request,
        IProgress<ExportProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Run(request, ExportVolume.System, progress, cancellationToken);

    internal static ModelManifest Run(
        ExportRequest request,
        ExportVolume volume,
        IProgress<ExportProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        RefuseMissing(request);
        using StagedFolder folder = StagedFolder.Open(request.OutputFolder);
        using ExportPlan plan = ExportPlan.Bind(
            request,
            stage => progress?.Report(new(ExportStage.Binding, stage, 0, 0)),
            cancellationToken
        );
        try
        {
            volume.RefuseFull(folder.Staging, plan.WeightBytes);
            ModelManifest manifest = new FolderWriter(folder.Staging, volume, progress, cancellationToken).Write(request, plan);
            progress?.Report(new(ExportStage.Publishing, null, plan.WeightBytes, plan.WeightBytes));
            folder.Publish();
            return manifest;
        }
        catch (IOException e)
        {
            throw new ExportException(
                ExportErrorIds.WriteFailed,
                found: $"that {request.OutputFolder} cannot be written: {e.Message}",
                expected: $"a folder that can be written to, with {plan.WeightBytes} bytes free and a little more",
                advice: "What was there before is unchanged. Free space, or choose another folder",
                cause: e
            );
        }
    }

    private static void RefuseMissing(ExportRequest request)
    {
        if (request.CodecPath is null)
        {
            throw new ExportException(
                ExportErrorIds.CodecMissing,
                found: "no codec among the checkpoints",
                expected: "codec.pth: its codebooks are part of every transformer's graph",
                advice: "Name the codec too"
            );
        }

        if (request.Codebooks is not null && (request.CoarsePath ?? request.C2fPath) is { } transformer)
        {
            throw new ExportException(
                ExportErrorIds.CodebooksWithTransformer,
                found: $"a request for {request.Codebooks} of the codec's codebooks together with {transformer}",
                expected: "the codec alone: a transformer needs all codebooks that it was trained on",
                advice: "Export the two separately"
            );
        }

        foreach (
            string? path in (string?[])[request.CodecPath, request.CoarsePath, request.C2fPath, request.CoarseLoraPath, request.C2fLoraPath]
        )
        {
            if (path is not null && !File.Exists(path))
            {
                throw new ExportException(
                    ExportErrorIds.CheckpointMissing,
                    found: $"no file {path}",
                    expected: "a checkpoint there",
                    advice: "Check the path"
                );
            }
        }
    }
}
