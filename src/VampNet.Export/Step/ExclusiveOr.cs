using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Exclusive or of 32-bit words in int64 elements. From opset 18 on it is the operator BitwiseXor; opset 17 has none, and looks
/// the bytes up in a table.</summary>
internal static class ExclusiveOr
{
    private const int FirstOpsetWithOperator = 18;
    private const int ByteValues = 256;

    /// <summary>first xor second xor third, with ONNX's broadcasting. Elements are 0 to 2^32 - 1.</summary>
    public static Value Emit(Module module, string role, Value first, Value second, Value third)
    {
        if (module.Graph.Opset >= FirstOpsetWithOperator)
        {
            Value both = module.Op("BitwiseXor", $"{role}.first_two", [first, second]);
            return module.Op("BitwiseXor", role, [both, third]);
        }

        Value twice = Bytes(module, $"{role}.first", first);
        foreach ((string name, Value operand) in new[] { ("second", second), ("third", third) })
        {
            Value row = module.Op("Mul", $"{role}.{name}.row", [twice, module.Integer(ByteValues)]);
            Value entry = module.Op("Add", $"{role}.{name}.entry", [row, Bytes(module, $"{role}.{name}", operand)]);
            Value found = module.Op("Gather", $"{role}.{name}.found", [Table(module), entry], ("axis", 0));
            twice = module.Cast($"{role}.{name}.bytes", found, ElementType.Int64);
        }

        Value scales = module.Graph.Constant([1L, 1L << 8, 1L << 16, 1L << 24]);
        Value scaled = module.Op("Mul", $"{role}.scaled", [twice, scales]);
        return module.Op("ReduceSum", role, [scaled, module.Graph.Constant([-1L])], ("keepdims", 0));
    }

    // The four bytes of each word on a new last axis, lowest first: of the word shifted down, what is left after eight bits more.
    private static Value Bytes(Module module, string role, Value word)
    {
        Value unsigned = module.Cast($"{role}.uint64", word, ElementType.UInt64);
        Value wide = module.Op("Unsqueeze", $"{role}.wide", [unsigned, module.Graph.Constant([-1L])]);
        Value from = Shifted("from", 0, 8, 16, 24),
            above = Shifted("above", 8, 16, 24, 32);
        return module.Op("Sub", $"{role}.byte", [from, module.Op("Mul", $"{role}.above.raised", [above, module.Integer(ByteValues)])]);

        Value Shifted(string name, params ulong[] bits)
        {
            Value amounts = module.Graph.Constant($"const.u64.byte_{name}", TensorData.FromArray(bits, bits.Length));
            return module.Cast(
                $"{role}.{name}",
                module.Op("BitShift", $"{role}.{name}.shifted", [wide, amounts], ("direction", "RIGHT")),
                ElementType.Int64
            );
        }
    }

    private static Value Table(Module module)
    {
        byte[] table = new byte[ByteValues * ByteValues];
        for (int entry = 0; entry < table.Length; entry++)
        {
            table[entry] = (byte)((entry / ByteValues) ^ (entry % ByteValues));
        }

        return module.Graph.Constant("const.xor_of_bytes", TensorData.FromArray(table, table.Length));
    }
}
