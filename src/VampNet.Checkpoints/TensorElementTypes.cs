using System.Collections.Frozen;

namespace VampNet.Checkpoints;

/// <summary>Size and names of each <see cref="TensorElementType"/>.</summary>
public static class TensorElementTypes
{
    private static readonly (TensorElementType Type, int Size, string Torch, string SafeTensors, string? Storage)[] Table =
    [
        (TensorElementType.Float64, 8, "float64", "F64", "DoubleStorage"),
        (TensorElementType.Float32, 4, "float32", "F32", "FloatStorage"),
        (TensorElementType.Float16, 2, "float16", "F16", "HalfStorage"),
        (TensorElementType.BFloat16, 2, "bfloat16", "BF16", "BFloat16Storage"),
        (TensorElementType.Float8E4M3FN, 1, "float8_e4m3fn", "F8_E4M3", null),
        (TensorElementType.Float8E5M2, 1, "float8_e5m2", "F8_E5M2", null),
        (TensorElementType.Int64, 8, "int64", "I64", "LongStorage"),
        (TensorElementType.Int32, 4, "int32", "I32", "IntStorage"),
        (TensorElementType.Int16, 2, "int16", "I16", "ShortStorage"),
        (TensorElementType.Int8, 1, "int8", "I8", "CharStorage"),
        (TensorElementType.UInt64, 8, "uint64", "U64", null),
        (TensorElementType.UInt32, 4, "uint32", "U32", null),
        (TensorElementType.UInt16, 2, "uint16", "U16", null),
        (TensorElementType.UInt8, 1, "uint8", "U8", "ByteStorage"),
        (TensorElementType.Bool, 1, "bool", "BOOL", "BoolStorage"),
        (TensorElementType.Complex64, 8, "complex64", "C64", "ComplexFloatStorage"),
        (TensorElementType.Complex128, 16, "complex128", "C128", "ComplexDoubleStorage"),
    ];

    private static readonly FrozenDictionary<string, TensorElementType> ByTorchName = Table.ToFrozenDictionary(
        row => row.Torch,
        row => row.Type
    );
    private static readonly FrozenDictionary<string, TensorElementType> BySafeTensorsName = Table.ToFrozenDictionary(
        row => row.SafeTensors,
        row => row.Type
    );
    private static readonly FrozenDictionary<string, TensorElementType> ByStorageName = Table
        .Where(row => row.Storage is not null)
        .ToFrozenDictionary(row => row.Storage!, row => row.Type);

    /// <summary>Bytes per element: 1, 2, 4, 8 or 16.</summary>
    public static int ByteSize(this TensorElementType type) => Table[(int)type].Size;

    /// <summary>PyTorch's name without the module, for example <c>float32</c>.</summary>
    public static string TorchName(this TensorElementType type) => Table[(int)type].Torch;

    /// <summary>The safetensors name, for example <c>F32</c>.</summary>
    public static string SafeTensorsName(this TensorElementType type) => Table[(int)type].SafeTensors;

    /// <summary>The typed storage class of PyTorch's pickles, for example <c>FloatStorage</c>; null where PyTorch has none.</summary>
    internal static string? StorageName(this TensorElementType type) => Table[(int)type].Storage;

    internal static bool TryFromTorchName(string name, out TensorElementType type) => ByTorchName.TryGetValue(name, out type);

    internal static bool TryFromSafeTensorsName(string name, out TensorElementType type) => BySafeTensorsName.TryGetValue(name, out type);

    internal static bool TryFromStorageName(string name, out TensorElementType type) => ByStorageName.TryGetValue(name, out type);
}
