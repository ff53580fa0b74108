namespace VampNet.Inference.Inputs;

/// <summary>Random inputs that are the same on every machine and in every version, so that a verdict can be repeated.</summary>
public static class SeededInputs
{
    /// <summary>Codes [B,C,T], row-major: uniform over the vocabulary, with MASK (= V) in their midst.</summary>
    /// <param name="seed">Equal seeds and sizes give equal codes.</param>
    /// <param name="batch">B, 1 or more.</param>
    /// <param name="codebooks">C, 1 or more.</param>
    /// <param name="frames">T, 1 or more.</param>
    /// <param name="vocabulary">V, 1 or more.</param>
    /// <param name="maskShare">Probability of MASK at each position, 0 to 1.</param>
    public static long[] Codes(ulong seed, int batch, int codebooks, int frames, int vocabulary, double maskShare)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        var random = new SplitMix64(seed);
        long[] codes = new long[checked(batch * codebooks * frames)];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = random.NextUnit() < maskShare ? vocabulary : (long)(random.NextUnit() * vocabulary);
        }

        return codes;
    }

    /// <summary>Audio [B,1,S], row-major, within -1 to 1: a few partials with an envelope, and noise. Codecs are judged on something that
    /// resembles sound.</summary>
    /// <param name="seed">Equal seeds and sizes give equal samples.</param>
    /// <param name="batch">B, 1 or more.</param>
    /// <param name="samples">S, 1 or more.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static float[] Audio(ulong seed, int batch, int samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        var random = new SplitMix64(seed);
        float[] audio = new float[checked(batch * samples)];
        for (int row = 0; row < batch; row++)
        {
            double pitch = 110 + (330 * random.NextUnit());
            for (int i = 0; i < samples; i++)
            {
                double seconds = (double)i / sampleRate;
                double tone = 0;
                for (int partial = 1; partial <= 4; partial++)
                {
                    tone += Math.Sin(2 * Math.PI * pitch * partial * seconds) / partial;
                }

                double envelope = 0.5 + (0.5 * Math.Cos(2 * Math.PI * 3 * seconds));
                audio[(row * samples) + i] = (float)((0.3 * tone * envelope) + (0.1 * ((2 * random.NextUnit()) - 1)));
            }
        }

        return audio;
    }
}
