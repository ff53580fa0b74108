namespace VampNet.Onnx.Quantization;

/// <summary>The group of weight elements that share one scale.</summary>
public enum WeightGranularity
{
    /// <summary>One scale for each output channel.</summary>
    PerChannel,

    /// <summary>One scale for the whole tensor.</summary>
    PerTensor,
}
