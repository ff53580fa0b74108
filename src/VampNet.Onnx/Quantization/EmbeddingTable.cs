namespace VampNet.Onnx.Quantization;

/// <summary>
/// Constant tables that Gather reads rows of. A table becomes int8, and the rows that are read are restored to float32: with a scale for
/// each row, read by the same indices, or with one scale for the table.
/// <code>
/// Gather(table, i) = Cast(Gather(integers, i)) * Gather(scales, i)
/// </code>
/// </summary>
/// <param name="perRow">Whether rows have scales of their own; a table that is not read along its first axis has one scale
/// nonetheless.</param>
internal sealed class EmbeddingTable(bool perRow)
{
    private readonly Dictionary<(Value, bool), (Value Integers, Value Scales, double SignalToNoise)> _tables = [];

    /// <summary>Reason for leaving a table when tables were not requested.</summary>
    public const string NotAskedFor = "an embedding table; these are quantized on request only";

    /// <summary>The constants that replace tables.</summary>
    public HashSet<Value> Added { get; } = [];

    /// <summary>Whether the node reads a float32 table that nothing but lookups reads.</summary>
    public static bool IsReadBy(Node node) =>
        node.Is("Gather")
        && node.Input(0) is { IsConstant: true, Constant: { ElementType: ElementType.Float, Shape.Length: >= 2, ElementCount: > 0 } } table
        && table.Uses.All(use => use.Node.Is("Gather") && use.Node.Inputs[0] == table);

    /// <summary>Replaces the node.</summary>
    public QuantizedWeight Quantize(Node node)
    {
        Value table = node.Inputs[0]!;
        bool byRow = perRow && node.Attributes.GetInt("axis", 0) == 0;
        long bytesBefore = table.Constant!.ByteLength;
        string outputName = node.Outputs[0].Name;
        (Value integers, Value scales, double signalToNoise) = Quantize(table, byRow);
        NodeReplacement replacement = new(node);
        ValueType? type = node.Outputs[0].Type;
        Value rows = Read(integers, "integer", ElementType.Int8);
        Value result = byRow
            ? replacement.Insert(
                "Mul",
                "restored",
                [
                    replacement.Insert("Cast", "real", [rows], type, [("to", (long)ElementType.Float)]),
                    Read(scales, "scale", ElementType.Float),
                ],
                type
            )
            : replacement.Insert("DequantizeLinear", "restored", [rows, scales], type);
        replacement.Finish(result);
        return new QuantizedWeight(
            node.Name,
            outputName,
            table.Name,
            node.OpType,
            byRow ? "int8 per row" : "int8 per tensor",
            bytesBefore,
            integers.Constant!.ByteLength + scales.Constant!.ByteLength,
            signalToNoise
        );

        Value Read(Value constant, string role, ElementType elementType) =>
            replacement.Insert("Gather", role, [constant, node.Inputs[1]], new TensorType(elementType, null), [.. node.Attributes]);
    }

    private (Value Integers, Value Scales, double SignalToNoise) Quantize(Value table, bool byRow)
    {
        if (_tables.TryGetValue((table, byRow), out (Value Integers, Value Scales, double SignalToNoise) known))
        {
            return known;
        }

        TensorData data = table.Constant!;
        SymmetricInt8 quantized = SymmetricInt8.Choose(table.Name, data, byRow ? 0 : null);
        Graph owner = table.Owner!;
        Value integers = owner.AddInitializer(owner.FreshName($"{table.Name}.quantized"), quantized.ToTensor());
        Value scales = owner.AddInitializer(
            owner.FreshName($"{table.Name}.scale"),
            byRow
                ? TensorData.FromArray(quantized.Scales, [data.Shape[0], .. Enumerable.Repeat(1L, data.Shape.Length - 1)])
                : TensorData.Scalar(quantized.Scales[0])
        );
        Added.Add(integers);
        Added.Add(scales);
        return _tables[(table, byRow)] = (integers, scales, quantized.SignalToNoise);
    }
}
