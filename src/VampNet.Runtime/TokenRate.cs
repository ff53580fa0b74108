namespace VampNet.Runtime;

/// <summary>Converts between seconds and token frames: 57.42 frames a second for the released codec.</summary>
/// <param name="SampleRate">The codec's samples per second.</param>
/// <param name="HopLength">Samples in one token frame.</param>
public readonly record struct TokenRate(int SampleRate, int HopLength)
{
    /// <summary>The least number of frames that covers <paramref name="seconds"/>: upstream's s2t. Beyond what an integer holds, the
    /// largest integer.</summary>
    public int ToFrames(double seconds) => (int)Math.Clamp(Math.Ceiling(seconds * SampleRate / HopLength), int.MinValue, int.MaxValue);

    /// <summary>The time in seconds that <paramref name="frames"/> take.</summary>
    public double ToSeconds(int frames) => (double)frames * HopLength / SampleRate;
}
