namespace VampNet.Export;

/// <summary>A request to export checkpoints.</summary>
public sealed record ExportRequest
{
    /// <summary>The LAC or DAC codec's checkpoint, which every export needs.</summary>
    public string? CodecPath { get; init; }

    /// <summary>Export an encoder and a decoder of the codec's first N codebooks; null for all. Not with a transformer.</summary>
    public int? Codebooks { get; init; }

    /// <summary>The coarse transformer's checkpoint; null leaves coarse.onnx out.</summary>
    public string? CoarsePath { get; init; }

    /// <summary>The coarse-to-fine transformer's checkpoint; null leaves c2f.onnx out.</summary>
    public string? C2fPath { get; init; }

    /// <summary>Seconds of music that the coarse model is to see at once, for the manifest; null for upstream's 10.</summary>
    public double? CoarseChunkSeconds { get; init; }

    /// <summary>Seconds of music that the coarse-to-fine model is to see at once, for the manifest; null for upstream's 3.</summary>
    public double? FineChunkSeconds { get; init; }

    /// <summary>A file of LoRA tensors to lay over the coarse checkpoint.</summary>
    public string? CoarseLoraPath { get; init; }

    /// <summary>A file of LoRA tensors to lay over the c2f checkpoint.</summary>
    public string? C2fLoraPath { get; init; }

    /// <summary>The folder to make. It may be absent, empty, or hold an earlier export, which is replaced as a whole.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The licence of the weights, an SPDX expression where one exists; it is written into every graph and the manifest.</summary>
    public string WeightLicense { get; init; } = "unstated";

    /// <summary>Also write the sampling step of each transformer: NAME_step.onnx, which takes noise as inputs, with operators of opset 17,
    /// and NAME_step_seeded.onnx, which generates it, at the operator set of the other graphs.</summary>
    public bool Steps { get; init; }

    /// <summary>Also write each transformer with its sampling step inside, as one graph: NAME_fused_step.onnx and
    /// NAME_fused_step_seeded.onnx, each with its own copy of the weights.</summary>
    public bool FusedSteps { get; init; }

    /// <summary>Writes further files beside the graphs, before the folder appears under its name. It gets the graphs' paths, those of step
    /// graphs excepted, and returns the paths of its files, which the manifest then lists. Null for none.</summary>
    public Func<IEnumerable<string>, IEnumerable<string>>? AddFiles { get; init; }

    /// <summary>Operator set and target. The provenance is filled in by the export.</summary>
    public ExportOptions Options { get; init; } = ExportOptions.Default;

    /// <summary>A request for the checkpoints of one folder, in any of the layouts that <see cref="Folders.CheckpointFolder"/>
    /// knows.</summary>
    /// <exception cref="ExportException"><see cref="ExportErrorIds.CheckpointMissing"/>: no codec lies in it.</exception>
    public static ExportRequest FromFolder(string checkpoints, string outputFolder) =>
        CheckpointFiles.Find(checkpoints).ToRequest(outputFolder);
}
