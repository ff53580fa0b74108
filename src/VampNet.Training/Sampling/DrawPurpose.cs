namespace VampNet.Training.Sampling;

/// <summary>The purposes of random numbers. The numeric values must not change: they determine what a seed draws.</summary>
internal enum DrawPurpose
{
    /// <summary>LoRA factors where a checkpoint has none.</summary>
    Lora = 1,

    /// <summary>The scrambling of the Sobol sequence.</summary>
    Scramble = 2,

    /// <summary>Pieces, crops and masks of a batch.</summary>
    Batch = 3,

    /// <summary>Dropout in a batch.</summary>
    Dropout = 4,

    /// <summary>Crops and masks of the held-out pieces.</summary>
    HeldOut = 5,

    /// <summary>The weights of a new model.</summary>
    Weights = 6,
}
