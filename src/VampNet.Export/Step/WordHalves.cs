using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Splits non-negative int64 elements at a bit. BitShift knows only unsigned integers, Mul and Sub of most runtimes only signed
/// ones, hence the casts.</summary>
internal static class WordHalves
{
    /// <summary>value / 2^bits and value mod 2^bits, both int64.</summary>
    public static (Value High, Value Low) Split(Module module, string role, Value value, int bits)
    {
        Value high = ShiftRight(module, $"{role}.high", value, bits);
        Value shifted = module.Op("Mul", $"{role}.high_part", [high, module.Integer(1L << bits)]);
        return (high, module.Op("Sub", $"{role}.low", [value, shifted]));
    }

    /// <summary>value / 2^bits, int64.</summary>
    public static Value ShiftRight(Module module, string role, Value value, int bits)
    {
        Value unsigned = module.Cast($"{role}.uint64", value, ElementType.UInt64);
        Value amount = module.Graph.Constant($"const.u64.{bits}", TensorData.Scalar((ulong)bits));
        Value shifted = module.Op("BitShift", $"{role}.shifted", [unsigned, amount], ("direction", "RIGHT"));
        return module.Cast(role, shifted, ElementType.Int64);
    }
}
