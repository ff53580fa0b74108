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

    /// <summary>Codes [B,C,T], row-major, of another kind than <see cref="Codes"/>: each codebook holds an entry for up to 24 frames, out
    /// of eight that it chose, and MASK (= V) covers stretches of up to 12 frames.</summary>
    /// <param name="seed">Equal seeds and sizes give equal codes.</param>
    /// <param name="rows">B * C, 1 or more.</param>
    /// <param name="frames">T, 1 or more.</param>
    /// <param name="vocabulary">V, 1 or more.</param>
    /// <param name="maskShare">Probability, 0 to 1, that a stretch is masked.</param>
    public static long[] HeldCodes(ulong seed, int rows, int frames, int vocabulary, double maskShare)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        const int Palette = 8;
        const int LongestNote = 24;
        const int LongestMask = 12;
        var random = new SplitMix64(~seed);
        long[] codes = new long[checked(rows * frames)];
        long[] palette = new long[Palette];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < Palette; i++)
            {
                palette[i] = (long)(random.NextUnit() * vocabulary);
            }

            Span<long> line = codes.AsSpan(row * frames, frames);
            for (int at = 0; at < frames; )
            {
                int length = Math.Min(1 + (int)(random.NextUnit() * LongestNote), frames - at);
                line.Slice(at, length).Fill(palette[(int)(random.NextUnit() * Palette)]);
                at += length;
            }

            for (int at = 0; maskShare > 0 && at < frames; )
            {
                int length = Math.Min(1 + (int)(random.NextUnit() * LongestMask), frames - at);
                if (random.NextUnit() < maskShare)
                {
                    line.Slice(at, length).Fill(vocabulary);
                }

                at += length;
            }
        }

        return codes;
    }

    /// <summary>Sound [S], within -1 to 1, of another kind than <see cref="Audio"/>: four strokes of noise a second that fade, the loudest
    /// near full scale, a glide from 60 Hz upwards, and every fourth stroke a rest.</summary>
    /// <param name="seed">Equal seeds and sizes give equal samples.</param>
    /// <param name="samples">S, 1 or more.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static float[] Strokes(ulong seed, int samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        const int StrokesPerSecond = 4;
        var random = new SplitMix64(~seed);
        float[] sound = new float[samples];
        int length = Math.Max(1, sampleRate / StrokesPerSecond);
        double phase = 0;
        double level = 0;
        bool rests = false;
        for (int i = 0; i < samples; i++)
        {
            int at = i % length;
            if (at == 0)
            {
                level = Math.Pow(10, -random.NextUnit());
                rests = i / length % StrokesPerSecond == StrokesPerSecond - 1;
            }

            double seconds = (double)at / sampleRate;
            phase += 2 * Math.PI * (60 + (4000 * seconds)) / sampleRate;
            double noise = (2 * random.NextUnit()) - 1;
            sound[i] = rests ? 0 : (float)(0.98 * level * ((0.6 * noise * Math.Exp(-20 * seconds)) + (0.4 * Math.Sin(phase))));
        }

        return sound;
    }

    /// <summary>Numbers of a normal distribution with mean 0 and deviation 1.</summary>
    /// <param name="seed">Equal seeds and counts give equal numbers.</param>
    /// <param name="count">Number of elements.</param>
    public static float[] Normal(ulong seed, int count)
    {
        var random = new SplitMix64(~seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            // Box and Muller, 1958; 1 - u is never 0.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextUnit()));
            numbers[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextUnit()));
        }

        return numbers;
    }
}
