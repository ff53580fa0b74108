namespace VampNet.Onnx.Quantization;

/// <summary>
/// A weight that lies in the file as int8 while its node computes in floating point: <c>Cast(integers) * scales</c>. A runtime
/// that folds constants, as ONNX Runtime does, restores it once when it loads the graph; DequantizeLinear would be computed in every run,
/// because runtimes keep it unfolded to fuse it into an integer kernel.
/// </summary>
internal static class StoredWeight
{
    /// <summary>Suffix of the format's name in the report.</summary>
    public const string Suffix = ", computed in float32";

    /// <summary>Inserts the restoring nodes before the first node of the graph.</summary>
    /// <param name="weight">The weight, a constant of the graph.</param>
    /// <param name="channelAxis">The axis whose every index has a scale of its own; null for one scale in all.</param>
    /// <param name="integers">The weight's integers.</param>
    /// <param name="scales">Receives the constants that stand for the weight.</param>
    /// <returns>The weight in its own type, float32 or float16.</returns>
    public static Value Restore(Value weight, int? channelAxis, SymmetricInt8 integers, HashSet<Value> scales)
    {
        Graph graph = weight.Owner!;
        Node? first = graph.FirstNode;
        TensorData data = integers.ToTensor();
        long[] scaleShape = [.. data.Shape.Select((length, axis) => axis == channelAxis ? length : 1)];
        Value integerValue = Constant("quantized", data);
        Value scaleValue = Constant("scale", TensorData.FromArray(integers.Scales, channelAxis is null ? [] : scaleShape));
        Value real = Insert("Cast", "real", [integerValue], [("to", (long)ElementType.Float)]);
        Value restored = Insert("Mul", "restored", [real, scaleValue], []);
        if (weight.Constant!.ElementType == ElementType.Float)
        {
            return restored;
        }

        Value narrowed = Insert("Cast", "narrowed", [restored], [("to", (long)weight.Constant.ElementType)]);
        narrowed.Type = new TensorType(weight.Constant.ElementType, TensorShape.Of(data.Shape.AsSpan()));
        return narrowed;

        Value Constant(string role, TensorData contents)
        {
            Value value = graph.AddInitializer(graph.FreshName($"{weight.Name}.{role}"), contents);
            scales.Add(value);
            return value;
        }

        Value Insert(string opType, string role, ReadOnlySpan<Value?> inputs, ReadOnlySpan<Attribute> attributes)
        {
            string name = graph.FreshName($"{weight.Name}.{role}");
            Value output = graph.InsertNode(first, opType, inputs, [name], attributes, name: name).Outputs[0];
            output.Type = new TensorType(ElementType.Float, TensorShape.Of(data.Shape.AsSpan()));
            return output;
        }
    }
}
