using System.Buffers.Binary;

namespace VampNet.Checkpoints.Pickling;

/// <summary>The value of a numpy scalar from its bytes.</summary>
internal static class NumpyScalars
{
    /// <summary>An integer, real or boolean; a named instance for any other dtype; null when the bytes do not fit the dtype.</summary>
    public static object? Read(NumpyType type, byte[] bytes)
    {
        ReadOnlySpan<byte> little = type.BigEndian && bytes.Length <= 8 ? [.. bytes.Reverse()] : bytes;
        return (type.Code, bytes.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(little),
            ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(little),
            ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(little),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(little),
            ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(little),
            ("i2", 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(little),
            ("i1", 1) => (long)(sbyte)little[0],
            ("u8", 8) => new System.Numerics.BigInteger(BinaryPrimitives.ReadUInt64LittleEndian(little)),
            ("u4", 4) => (long)BinaryPrimitives.ReadUInt32LittleEndian(little),
            ("u2", 2) => (long)BinaryPrimitives.ReadUInt16LittleEndian(little),
            ("u1", 1) => (long)little[0],
            ("b1", 1) => little[0] != 0,
            ("f8" or "f4" or "f2" or "i8" or "i4" or "i2" or "i1" or "u8" or "u4" or "u2" or "u1" or "b1", _) => null,
            _ => new PickleInstance(new PickleGlobal("numpy", type.Code)),
        };
    }
}
