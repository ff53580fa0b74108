namespace VampNet.Training.Sampling;

/// <summary>Seeds for independent draws: the random numbers of a step depend only on the run's seed and the step, so that a resumed run
/// draws the same.</summary>
internal static class DrawKey
{
    /// <summary>Mixes a seed, a purpose and a number into a new seed. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
    /// generators", OOPSLA 2014 (SplitMix64's finalizer).</summary>
    public static ulong Of(ulong seed, DrawPurpose purpose, long number) => Mix(Mix(Mix(seed) + (ulong)purpose) + (ulong)number);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
