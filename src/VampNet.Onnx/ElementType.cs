using System.Collections.Immutable;

namespace VampNet.Onnx;

/// <summary>The element type of a tensor. The numbers are those of <c>TensorProto.DataType</c> in onnx.proto, IR version 13.</summary>
public enum ElementType
{
    /// <summary>Not stated, or not yet known.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 binary32.</summary>
    Float = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 4,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 5,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>UTF-8 text of any length.</summary>
    String = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE 754 binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary64.</summary>
    Double = 11,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 12,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 13,

    /// <summary>Two binary32: real, imaginary.</summary>
    Complex64 = 14,

    /// <summary>Two binary64: real, imaginary.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16 = 16,

    /// <summary>8-bit float, 4 exponent bits, no infinity.</summary>
    Float8E4M3FN = 17,

    /// <summary>8-bit float, 4 exponent bits, no infinity, no negative zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8-bit float, 5 exponent bits.</summary>
    Float8E5M2 = 19,

    /// <summary>8-bit float, 5 exponent bits, no infinity, no negative zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned 4-bit integer, two a byte.</summary>
    UInt4 = 21,

    /// <summary>Signed 4-bit integer, two a byte.</summary>
    Int4 = 22,

    /// <summary>4-bit float, two a byte.</summary>
    Float4E2M1 = 23,

    /// <summary>8-bit power of two.</summary>
    Float8E8M0 = 24,

    /// <summary>Unsigned 2-bit integer, four a byte.</summary>
    UInt2 = 25,

    /// <summary>Signed 2-bit integer, four a byte.</summary>
    Int2 = 26,
}

/// <summary>Facts about an <see cref="ElementType"/>.</summary>
public static class ElementTypeFacts
{
    private static readonly ImmutableArray<int> Bits =
    [
        0,
        32,
        8,
        8,
        16,
        16,
        32,
        64,
        0,
        8,
        16,
        64,
        32,
        64,
        64,
        128,
        16,
        8,
        8,
        8,
        8,
        4,
        4,
        4,
        8,
        2,
        2,
    ];

    private static readonly ImmutableArray<string> OnnxNames =
    [
        "undefined",
        "float",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "double",
        "uint32",
        "uint64",
        "complex64",
        "complex128",
        "bfloat16",
        "float8e4m3fn",
        "float8e4m3fnuz",
        "float8e5m2",
        "float8e5m2fnuz",
        "uint4",
        "int4",
        "float4e2m1",
        "float8e8m0",
        "uint2",
        "int2",
    ];

    extension(ElementType type)
    {
        /// <summary>Whether the number names a type of this IR version other than <see cref="ElementType.Undefined"/>.</summary>
        public bool IsKnown => type > ElementType.Undefined && (int)type < Bits.Length;

        /// <summary>The width of one element in bits; 0 for strings, which have none, and for unknown numbers.</summary>
        public int BitWidth => type.IsKnown ? Bits[(int)type] : 0;

        /// <summary>The name in the operator specification's words, for example <c>int64</c> of <c>tensor(int64)</c>.</summary>
        public string OnnxName => (uint)type < (uint)OnnxNames.Length ? OnnxNames[(int)type] : $"type{(int)type}";

        /// <summary>Whether the type is a real floating-point number of any width.</summary>
        public bool IsFloatingPoint =>
            type
                is ElementType.Float
                    or ElementType.Double
                    or ElementType.Float16
                    or ElementType.BFloat16
                    or (>= ElementType.Float8E4M3FN and <= ElementType.Float8E5M2FNUZ)
                    or ElementType.Float4E2M1
                    or ElementType.Float8E8M0;

        /// <summary>Whether the type is an integer of any width; bool is none.</summary>
        public bool IsInteger =>
            type
                is (>= ElementType.UInt8 and <= ElementType.Int64)
                    or ElementType.UInt32
                    or ElementType.UInt64
                    or ElementType.UInt4
                    or ElementType.Int4
                    or ElementType.UInt2
                    or ElementType.Int2;

        /// <summary>Whether the type is an integer that can be negative.</summary>
        public bool IsSignedInteger =>
            type is ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 or ElementType.Int4 or ElementType.Int2;

        /// <summary>The bytes that <paramref name="count"/> elements take, packed when narrower than a byte; 0 for strings.</summary>
        /// <exception cref="OverflowException">More than 2^63 - 1 bits.</exception>
        public long ByteLength(long count) => checked((count * type.BitWidth) + 7) / 8;
    }
}
