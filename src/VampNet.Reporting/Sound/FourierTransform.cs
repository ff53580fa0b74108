using System.Numerics;

namespace VampNet.Reporting.Sound;

/// <summary>Cooley and Tukey's radix-2 transform, in place.</summary>
internal static class FourierTransform
{
    /// <summary>Transforms values whose number is a power of two.</summary>
    public static void Transform(Span<Complex> values)
    {
        ReverseBits(values);
        for (int size = 2; size <= values.Length; size *= 2)
        {
            Complex turn = Complex.FromPolarCoordinates(1, -2 * Math.PI / size);
            for (int start = 0; start < values.Length; start += size)
            {
                Complex factor = Complex.One;
                for (int i = start; i < start + (size / 2); i++)
                {
                    Complex odd = factor * values[i + (size / 2)];
                    (values[i], values[i + (size / 2)]) = (values[i] + odd, values[i] - odd);
                    factor *= turn;
                }
            }
        }
    }

    private static void ReverseBits(Span<Complex> values)
    {
        for (int i = 1, j = 0; i < values.Length; i++)
        {
            int bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j |= bit;
            if (i < j)
            {
                (values[i], values[j]) = (values[j], values[i]);
            }
        }
    }
}
