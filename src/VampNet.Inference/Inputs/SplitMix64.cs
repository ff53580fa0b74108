namespace VampNet.Inference.Inputs;

/// <summary>Steele, Lea and Flood's SplitMix64 (OOPSLA 2014): a tiny generator whose stream is fixed by its definition, unlike <see
/// cref="Random"/>'s.</summary>
/// <param name="seed">Any number; equal seeds give equal streams.</param>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
