namespace VampNet.Architecture;

/// <summary>The kinds of neural audio codec that can be converted.</summary>
public enum CodecFamily
{
    /// <summary>LAC, VampNet's own codec: each decoder block averages three residual stacks. Source: hugofloresgarcia/lac
    /// 7761206.</summary>
    Lac,

    /// <summary>Plain DAC: each decoder block holds three residual units in sequence. Source: descriptinc/descript-audio-codec
    /// 1.0.0.</summary>
    Dac,
}
