namespace VampNet.Checkpoints;

/// <summary>The type of one tensor element, little endian. Names follow PyTorch's dtypes.</summary>
public enum TensorElementType
{
    /// <summary>IEEE 754 binary64, torch.float64.</summary>
    Float64,

    /// <summary>IEEE 754 binary32, torch.float32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16, torch.float16.</summary>
    Float16,

    /// <summary>The upper half of a binary32, torch.bfloat16.</summary>
    BFloat16,

    /// <summary>torch.float8_e4m3fn: no infinity, largest value 448.</summary>
    Float8E4M3FN,

    /// <summary>torch.float8_e5m2: infinities, largest value 57344.</summary>
    Float8E5M2,

    /// <summary>torch.int64.</summary>
    Int64,

    /// <summary>torch.int32.</summary>
    Int32,

    /// <summary>torch.int16.</summary>
    Int16,

    /// <summary>torch.int8.</summary>
    Int8,

    /// <summary>torch.uint64.</summary>
    UInt64,

    /// <summary>torch.uint32.</summary>
    UInt32,

    /// <summary>torch.uint16.</summary>
    UInt16,

    /// <summary>torch.uint8.</summary>
    UInt8,

    /// <summary>torch.bool: one byte, 0 or 1.</summary>
    Bool,

    /// <summary>torch.complex64: two binary32, real part first.</summary>
    Complex64,

    /// <summary>torch.complex128: two binary64, real part first.</summary>
    Complex128,
}
