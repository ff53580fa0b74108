using System.Security.Cryptography;
using System.Text;

namespace VampNet.Training.Data;

/// <summary>The held-out pieces, which are never trained on. The choice depends on contents and seed alone: not on names and, as far as the
/// share allows, not on the number of other files.</summary>
internal static class HeldOutSplit
{
    /// <summary>Splits by file.</summary>
    /// <param name="pools">All pieces with crops.</param>
    /// <param name="share">The share to hold out, 0 to 0.5. At least one piece is held out where the share is above 0 and there are
    /// two.</param>
    /// <param name="seed">Seed of the choice.</param>
    public static (IReadOnlyList<CropPool> Trained, IReadOnlyList<CropPool> HeldOut) Split(
        IReadOnlyList<CropPool> pools,
        double share,
        ulong seed
    )
    {
        int count = share > 0 && pools.Count > 1 ? Math.Clamp((int)Math.Round(share * pools.Count), 1, pools.Count - 1) : 0;
        HashSet<string> heldOut =
        [
            .. pools
                .OrderBy(
                    pool => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {pool.Piece.Key}"))),
                    StringComparer.Ordinal
                )
                .Take(count)
                .Select(pool => pool.Piece.Key),
        ];
        return ([.. pools.Where(pool => !heldOut.Contains(pool.Piece.Key))], [.. pools.Where(pool => heldOut.Contains(pool.Piece.Key))]);
    }
}
