namespace VampNet.Onnx.Quantization.Calibration;

/// <summary>Methods that choose a range from the values of an activation.</summary>
public enum CalibrationMethod
{
    /// <summary>The smallest and the largest value: nothing saturates.</summary>
    MinMax,

    /// <summary>All but the outermost 0.001 % of values on either side.</summary>
    Percentile,

    /// <summary>The range whose 8-bit histogram diverges least from the observed one (Kullback-Leibler).</summary>
    Entropy,

    /// <summary>The range with the smallest squared error, of rounding within it and of saturation beyond it.</summary>
    MeanSquaredError,
}
