using VampNet.Training.Data;

namespace VampNet.Training;

/// <summary>A model to train.</summary>
public sealed record TuningRequest
{
    /// <summary>The transformer's checkpoint to start from.</summary>
    public required string TransformerPath { get; init; }

    /// <summary>The codec it was trained on.</summary>
    public required string CodecPath { get; init; }

    /// <summary>LoRA factors to start from; null for those of the checkpoint, or new ones.</summary>
    public string? LoraPath { get; init; }

    /// <summary>A model whose predictions are trained on in addition to the tokens; null for none.</summary>
    public string? TeacherPath { get; init; }

    /// <summary>The recordings to train on.</summary>
    public required Corpus Corpus { get; init; }

    /// <summary>The folder of this model's run; it is made.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Options of training.</summary>
    public TrainingOptions Options { get; init; } = new();

    /// <summary>Whether to continue the run in the folder, if there is one.</summary>
    public bool Resume { get; init; }
}
