namespace VampNet.Runtime.Audio.Formats;

/// <summary>Decodes one channel of one FLAC frame: a linear prediction plus a residual.</summary>
/// <remarks>Source: RFC 9639, 9.2.</remarks>
internal static class FlacSubframe
{
    private static readonly int[][] FixedCoefficients =
    [
        [],
        [1],
        [2, -1],
        [3, -3, 1],
        [4, -6, 4, -1],
    ];

    /// <summary>Decodes the next subframe.</summary>
    /// <param name="bits">Stands at its start, and then after its end.</param>
    /// <param name="samples">Receives the samples, as many as the frame has.</param>
    /// <param name="depth">Bits of a sample, 4 to 33.</param>
    /// <exception cref="InvalidDataException">It contradicts the format.</exception>
    /// <exception cref="EndOfStreamException">The file ends within it.</exception>
    public static void Decode(ref FlacBits bits, Span<long> samples, int depth)
    {
        if (bits.Read(1) != 0)
        {
            throw new InvalidDataException("a subframe that does not start with 0");
        }

        int type = (int)bits.Read(6);
        int wasted = bits.Read(1) == 0 ? 0 : (int)Math.Min(bits.ReadUnary() + 1, 64);
        depth -= wasted;
        if (depth < 1)
        {
            throw new InvalidDataException($"{wasted} wasted bits");
        }

        switch (type)
        {
            case 0:
                samples.Fill(bits.ReadSigned(depth));
                break;
            case 1:
                foreach (ref long sample in samples)
                {
                    sample = bits.ReadSigned(depth);
                }

                break;
            case >= 8 and <= 12:
                ReadWarmUp(ref bits, samples, type - 8, depth);
                ReadResidual(ref bits, samples, type - 8);
                Predict(samples, FixedCoefficients[type - 8], 0);
                break;
            case >= 32:
                DecodeLinear(ref bits, samples, type - 31, depth);
                break;
            default:
                throw new InvalidDataException($"the reserved subframe type {type}");
        }

        foreach (ref long sample in samples)
        {
            sample <<= wasted;
        }
    }

    private static void DecodeLinear(ref FlacBits bits, Span<long> samples, int order, int depth)
    {
        ReadWarmUp(ref bits, samples, order, depth);
        int precision = (int)bits.Read(4) + 1;
        int shift = (int)bits.ReadSigned(5);
        if (precision == 16 || shift < 0)
        {
            throw new InvalidDataException($"a predictor of {precision} bits shifted by {shift}");
        }

        int[] coefficients = new int[order];
        foreach (ref int coefficient in coefficients.AsSpan())
        {
            coefficient = (int)bits.ReadSigned(precision);
        }

        ReadResidual(ref bits, samples, order);
        Predict(samples, coefficients, shift);
    }

    private static void ReadWarmUp(ref FlacBits bits, Span<long> samples, int order, int depth)
    {
        if (order > samples.Length)
        {
            throw new InvalidDataException($"a predictor of order {order} in a block of {samples.Length}");
        }

        foreach (ref long sample in samples[..order])
        {
            sample = bits.ReadSigned(depth);
        }
    }

    private static void ReadResidual(ref FlacBits bits, Span<long> samples, int order)
    {
        uint method = bits.Read(2);
        if (method > 1)
        {
            throw new InvalidDataException($"the reserved residual coding {method}");
        }

        int parameterBits = method == 0 ? 4 : 5;
        int partitions = 1 << (int)bits.Read(4);
        int size = samples.Length / partitions;
        if (samples.Length % partitions != 0 || size < order)
        {
            throw new InvalidDataException($"{partitions} partitions of a block of {samples.Length}");
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            Span<long> part = samples[Math.Max(order, partition * size)..((partition + 1) * size)];
            int parameter = (int)bits.Read(parameterBits);
            if (parameter == (1 << parameterBits) - 1)
            {
                int depth = (int)bits.Read(5);
                foreach (ref long sample in part)
                {
                    sample = bits.ReadSigned(depth);
                }

                continue;
            }

            foreach (ref long sample in part)
            {
                long folded = ((long)bits.ReadUnary() << parameter) | bits.Read(parameter);
                sample = (folded >> 1) ^ -(folded & 1);
            }
        }
    }

    private static void Predict(Span<long> samples, int[] coefficients, int shift)
    {
        for (int at = coefficients.Length; at < samples.Length; at++)
        {
            long sum = 0;
            for (int tap = 0; tap < coefficients.Length; tap++)
            {
                sum += coefficients[tap] * samples[at - 1 - tap];
            }

            samples[at] += sum >> shift;
        }
    }
}
