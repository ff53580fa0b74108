namespace VampNet.Quantization;

/// <summary>The number formats of a graph's weights and activations.</summary>
public enum QuantizationScheme
{
    /// <summary>int8 weights; activations quantized while the model runs.</summary>
    Dynamic,

    /// <summary>int8 weights; activations quantized with ranges measured beforehand.</summary>
    Static,

    /// <summary>8-bit weights in blocks; activations in floating point.</summary>
    WeightOnly8,

    /// <summary>4-bit weights in blocks; activations in floating point.</summary>
    WeightOnly4,

    /// <summary>The fastest measured scheme on this machine for each kind of operator: dynamic, static, or float32.</summary>
    Auto,

    /// <summary>Weights and activations in float16, where their ranges fit.</summary>
    Float16,
}
