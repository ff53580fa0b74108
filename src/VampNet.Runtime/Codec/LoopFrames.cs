namespace VampNet.Runtime.Codec;

/// <summary>Treats a piece as a loop whose end meets its start: frames before the first are those before the last.</summary>
internal static class LoopFrames
{
    /// <summary>Fills the samples behind the sound, up to a whole frame, with the loop's start.</summary>
    /// <param name="samples">Changed in place.</param>
    /// <param name="sounding">Samples of the loop.</param>
    public static void FillEnd(float[] samples, int sounding)
    {
        for (int i = sounding; i < samples.Length; i++)
        {
            samples[i] = samples[i - sounding];
        }
    }

    /// <summary>Surrounds a loop of samples with its own end and start.</summary>
    public static float[] Surround(float[] samples, int before, int after)
    {
        float[] surrounded = new float[before + samples.Length + after];
        for (int i = 0; i < surrounded.Length; i++)
        {
            surrounded[i] = samples[Wrap(i - before, samples.Length)];
        }

        return surrounded;
    }

    /// <summary>Surrounds a loop of frames with its own end and start.</summary>
    public static TokenGrid<long> Surround(TokenGrid<long> codes, int before, int after)
    {
        TokenGrid<long> surrounded = new(codes.Batch, codes.Codebooks, before + codes.Frames + after);
        for (int piece = 0; piece < codes.Batch; piece++)
        {
            for (int codebook = 0; codebook < codes.Codebooks; codebook++)
            {
                ReadOnlySpan<long> from = codes.Row(piece, codebook);
                Span<long> to = surrounded.Row(piece, codebook);
                for (int frame = 0; frame < to.Length; frame++)
                {
                    to[frame] = from[Wrap(frame - before, from.Length)];
                }
            }
        }

        return surrounded;
    }

    /// <summary>Shortens a loop of whole frames to its length in samples. The last frame cross-fades into the samples that lead to the
    /// start.</summary>
    /// <param name="samples">A loop of whole frames.</param>
    /// <param name="length">Samples wanted, at most as many.</param>
    /// <param name="fade">Samples to cross-fade.</param>
    public static float[] CutEnd(float[] samples, int length, int fade)
    {
        float[] result = samples[..length];
        int surplus = samples.Length - length;
        fade = surplus == 0 ? 0 : Math.Min(fade, length);
        for (int i = 0; i < fade; i++)
        {
            float share = (i + 1f) / fade;
            int at = length - fade + i;
            result[at] = ((1 - share) * samples[at]) + (share * samples[at + surplus]);
        }

        return result;
    }

    private static int Wrap(int index, int length) => ((index % length) + length) % length;
}
