using VampNet.Runtime.Randomness;

namespace VampNet.Training.Sampling;

/// <summary>
/// A scrambled Sobol sequence in one dimension: any 2^k successive points that begin at a multiple of 2^k lie one in each 2^k-th of
/// [0, 1). Point n is a function of the seed and n, so the sequence can be entered anywhere.
/// </summary>
/// <remarks>Scrambled by a lower triangular matrix of bits and a digital shift, as torch.quasirandom.SobolEngine is; its draws are other
/// ones than PyTorch's. Source: Matousek, "On the L2-discrepancy for anchored boxes", 1998.</remarks>
internal sealed class SobolSequence
{
    private const int Bits = 30;

    private readonly uint[] _directions = new uint[Bits];
    private readonly uint _shift;

    public SobolSequence(ulong seed)
    {
        var draws = new SeededDraws(seed);
        for (int bit = 0; bit < Bits; bit++)
        {
            // The direction of the n-th bit sets the n-th binary digit; the matrix adds random digits below it.
            int below = Bits - 1 - bit;
            _directions[bit] = (1u << below) | (below > 0 ? (uint)draws.NextInteger(1 << below) : 0);
        }

        _shift = (uint)draws.NextInteger(1 << Bits);
    }

    /// <summary>Point <paramref name="index"/>, 0 or more; at least 0 and below 1.</summary>
    public double this[long index]
    {
        get
        {
            uint gray = (uint)(index ^ (index >> 1)) & ((1u << Bits) - 1);
            uint point = _shift;
            for (int bit = 0; bit < Bits; bit++)
            {
                point ^= ((gray >> bit) & 1) == 1 ? _directions[bit] : 0;
            }

            return point / (double)(1u << Bits);
        }
    }
}
