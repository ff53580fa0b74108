using VampNet.Architecture;

namespace VampNet.Training;

/// <summary>Options of training. The defaults are upstream's for fine-tuning (conf/lora/lora.yml) or, of <see cref="ForFull"/>, for
/// training (conf/vampnet.yml at 72e2675).</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of optimizer steps; at least 1.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Crops in a batch; at least 1.</summary>
    public int Batch { get; init; } = 7;

    /// <summary>Batches whose gradients make one step; at least 1.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>The length of a crop in seconds; null for 10 (coarse) or 3 (c2f).</summary>
    public double? CropSeconds { get; init; }

    /// <summary>The largest norm of all gradients together.</summary>
    public double ClipNorm { get; init; } = 5;

    /// <summary>The step with the highest learning rate.</summary>
    public int Warmup { get; init; } = 500;

    /// <summary>Factor of all learning rates of the schedule.</summary>
    public double RateFactor { get; init; } = 2;

    /// <summary>The share of each weight, times the learning rate, that a step takes away.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The share of each target's probability that is spread over the vocabulary; 0 to 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>The dropout probability; null for the checkpoint's own.</summary>
    public double? Dropout { get; init; }

    /// <summary>Whether every weight is trained instead of LoRA factors alone. A new model is always trained whole.</summary>
    public bool Full { get; init; }

    /// <summary>The size of a new model with random weights, to train in the checkpoint's place; null to train the checkpoint.</summary>
    public ModelSize? NewSize { get; init; }

    /// <summary>Whether a new model begins with the teacher's weights instead of random ones: it is then as wide as the teacher, and its
    /// layers are some of the teacher's.</summary>
    public bool BeginsAsTeacher { get; init; }

    /// <summary>Divisor of the logits of teacher and student.</summary>
    public double Temperature { get; init; } = 2;

    /// <summary>The share of the teacher in the loss; 0 to 1.</summary>
    public double TeacherWeight { get; init; } = 0.5;

    /// <summary>Whether activations are computed again for the gradients instead of kept.</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>Seed of crops, masks, dropout, the split and the initial LoRA factors.</summary>
    public ulong Seed { get; init; }

    /// <summary>The share of pieces that are never trained on; 0 to 0.5.</summary>
    public double HeldOutShare { get; init; } = 0.1;

    /// <summary>The loudness in LUFS, as recorded, that a crop must exceed; null for -30 (coarse) or -40 (c2f).</summary>
    public double? LoudnessCutoff { get; init; }

    /// <summary>Steps between two measurements of the held-out loss; at least 1.</summary>
    public int EvaluateEvery { get; init; } = 100;

    /// <summary>Crops of held-out pieces in one measurement; at least 1.</summary>
    public int EvaluationCrops { get; init; } = 16;

    /// <summary>Measurements without a new best after which training ends; 0 for never.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The longest time to train, resumed runs counted together; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Number of checkpoints kept beside the best; at least 1.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>Device that trains. A run may be resumed on another one.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Number format of the forward and backward pass.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Threads of libtorch; 0 for its own choice.</summary>
    public int Threads { get; init; }

    /// <summary>Upstream's defaults for training all weights.</summary>
    public static TrainingOptions ForFull { get; } = new() { Full = true, Warmup = 10_000 };

    /// <summary>The length of a crop in seconds for a kind of model.</summary>
    public double CropSecondsOf(ModelRole role) => CropSeconds ?? (role == ModelRole.Coarse ? 10 : 3);

    /// <summary>The loudness that a crop must exceed for a kind of model, in LUFS.</summary>
    public double CutoffOf(ModelRole role) => LoudnessCutoff ?? (role == ModelRole.Coarse ? -30 : -40);
}
