namespace VampNet.BandMaker;

/// <summary>Source of random numbers: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), whose stream is fixed by its definition.</summary>
/// <param name="seed">Any number; equal seeds give equal streams.</param>
internal sealed class BandRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number in [0, 1).</summary>
    public double Unit()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>An integer from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Unit() * count);

    /// <summary>One of <paramref name="choices"/>, each equally likely.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>White noise, uniform in [-1, 1).</summary>
    /// <param name="samples">Number of samples.</param>
    public float[] Noise(int samples)
    {
        float[] noise = new float[samples];
        foreach (ref float sample in noise.AsSpan())
        {
            sample = (float)(Unit() * 2 - 1);
        }

        return noise;
    }
}
