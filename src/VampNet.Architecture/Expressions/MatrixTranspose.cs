using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VampNet.Architecture.Expressions;

/// <summary>Copies a strided matrix transposed, in 4 by 4 tiles held in registers.</summary>
internal static class MatrixTranspose
{
    private const int Tile = 4;

    /// <summary>Writes destination[c * destinationStride + r] = source[r * sourceStride + c] for every r below rows and c below
    /// columns.</summary>
    public static void Copy(
        ReadOnlySpan<float> source,
        int sourceStride,
        int rows,
        int columns,
        Span<float> destination,
        int destinationStride
    )
    {
        _ = source[((rows - 1) * sourceStride) + columns - 1];
        _ = destination[((columns - 1) * destinationStride) + rows - 1];
        int tiledRows = rows - (rows % Tile);
        int tiledColumns = columns - (columns % Tile);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        for (int column = 0; column < tiledColumns; column += Tile)
        {
            for (int row = 0; row < tiledRows; row += Tile)
            {
                CopyTile(
                    ref Unsafe.Add(ref from, (row * sourceStride) + column),
                    sourceStride,
                    ref Unsafe.Add(ref to, (column * destinationStride) + row),
                    destinationStride
                );
            }
        }

        for (int column = 0; column < columns; column++)
        {
            for (int row = column < tiledColumns ? tiledRows : 0; row < rows; row++)
            {
                destination[(column * destinationStride) + row] = source[(row * sourceStride) + column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyTile(ref float from, int fromStride, ref float to, int toStride)
    {
        Vector128<float> a = Vector128.LoadUnsafe(ref from);
        Vector128<float> b = Vector128.LoadUnsafe(ref from, (nuint)fromStride);
        Vector128<float> c = Vector128.LoadUnsafe(ref from, 2 * (nuint)fromStride);
        Vector128<float> d = Vector128.LoadUnsafe(ref from, 3 * (nuint)fromStride);
        Vector128<float> acLow = InterleaveLow(a, c);
        Vector128<float> acHigh = InterleaveHigh(a, c);
        Vector128<float> bdLow = InterleaveLow(b, d);
        Vector128<float> bdHigh = InterleaveHigh(b, d);
        InterleaveLow(acLow, bdLow).StoreUnsafe(ref to);
        InterleaveHigh(acLow, bdLow).StoreUnsafe(ref to, (nuint)toStride);
        InterleaveLow(acHigh, bdHigh).StoreUnsafe(ref to, 2 * (nuint)toStride);
        InterleaveHigh(acHigh, bdHigh).StoreUnsafe(ref to, 3 * (nuint)toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);
}
