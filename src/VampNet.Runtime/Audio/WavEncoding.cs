namespace VampNet.Runtime.Audio;

/// <summary>The sample formats of <see cref="WavWriter"/>.</summary>
public enum WavEncoding
{
    /// <summary>Signed 16-bit integers; samples outside -1 to 1 saturate.</summary>
    Pcm16,

    /// <summary>Signed 24-bit integers; samples outside -1 to 1 saturate.</summary>
    Pcm24,

    /// <summary>IEEE 32-bit floats: what the clip holds, bit for bit.</summary>
    Float32,
}
