namespace VampNet.Training;

/// <summary>Number format of the forward and backward pass. Weights, optimizer and loss are always float32.</summary>
public enum TrainingPrecision
{
    /// <summary>24 bits of mantissa.</summary>
    Float32,

    /// <summary>8 bits of mantissa and the range of float32.</summary>
    Bfloat16,

    /// <summary>11 bits of mantissa and a small range: the loss is scaled for the gradients. On GPUs alone.</summary>
    Float16,
}
