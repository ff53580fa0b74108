namespace VampNet.Onnx.Quantization;

/// <summary>A constant table that Gather reads rows of: it becomes int8 with one scale, restored after the rows are read.</summary>
internal static class EmbeddingTable
{
    /// <summary>Whether the node reads a float32 table.</summary>
    public static bool IsReadBy(Node node) =>
        node.Is("Gather") && node.Input(0) is { IsConstant: true, Constant: { ElementType: ElementType.Float, Shape.Length: >= 2, ElementCount: > 0 } };

    /// <summary>Replaces the node.</summary>
    public static QuantizedWeight Quantize(Node node, HashSet<Value> scales)
    {
        Value table = node.Inputs[0]!;
        Graph owner = table.Owner!;
        SymmetricInt8 quantized = SymmetricInt8.Choose(table.Name, table.Constant!, null);
        QuantizedWeight record = new(node.Name, node.Outputs[0].Name, table.Name, node.OpType, "int8 per tensor", table.Constant!.ByteLength, table.Constant.ElementCount + sizeof(float), quantized.SignalToNoise);
        Value integers = owner.AddInitializer(owner.FreshName($"{table.Name}.quantized"), quantized.ToTensor());
        Value scale = owner.AddInitializer(owner.FreshName($"{table.Name}.scale"), TensorData.Scalar(quantized.Scales[0]));
        scales.Add(scale);
        NodeReplacement replacement = new(node);
        TensorShape? shape = node.Outputs[0].TensorType?.Shape;
        Value rows = replacement.Insert("Gather", "integer", [integers, node.Inputs[1]], new TensorType(ElementType.Int8, shape), [.. node.Attributes]);
        replacement.Finish(replacement.Insert("DequantizeLinear", "restored", [rows, scale], node.Outputs[0].Type));
        return record;
    }
}
