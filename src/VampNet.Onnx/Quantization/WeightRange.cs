namespace VampNet.Onnx.Quantization;

/// <summary>
/// Range of int8 that the weights of an integer product use. Processors without VNNI multiply uint8 by int8 and add two neighbouring
/// products in 16 bits, which saturates beyond 32767: the result is then wrong, without any error.
/// </summary>
public enum WeightRange
{
    /// <summary>
    /// -127 to 127, and two neighbours in a product's sum at most 128 together: 255 * 128 stays below 2^15, so that no processor
    /// saturates. Costs less than a bit, since two neighbours are rarely both large.
    /// </summary>
    PairSafe,

    /// <summary>-127 to 127. Right only on processors with VNNI or another 8-bit dot product.</summary>
    Full,

    /// <summary>-63 to 63: no two products saturate, whichever a kernel adds.</summary>
    SevenBit,
}
