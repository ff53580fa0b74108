using System.Collections.Immutable;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// LSTM layers as DynamicQuantizeLSTM of ONNX Runtime, which multiplies by int8 weights with ranges of activations measured in each run:
/// of the input once for the sequence, of the state in every step. The operator has LSTM's attributes, inputs and outputs, but no layout;
/// its weights are transposed to W [directions, inputs, 4*units] and R [directions, units, 4*units]. Each column has a scale of its own and
/// the zero point 0. Source: ONNX Runtime's com.microsoft operators, version 1.
/// </summary>
/// <param name="range">The range of int8 that weights use.</param>
/// <param name="leastUnits">Layers of fewer units stay as they are.</param>
internal sealed class DynamicLstm(WeightRange range, int leastUnits)
{
    private const string OpType = "DynamicQuantizeLSTM";
    private const string Domain = "com.microsoft";
    private const int WeightScaleInput = 8;

    private readonly Dictionary<Value, (Value Integers, Value Scales, Value ZeroPoints, double SignalToNoise)> _weights = [];

    /// <summary>The constants that stand for weights.</summary>
    public HashSet<Value> Added { get; } = [];

    /// <summary>Whether a layer can become the operator, and has enough units to gain from it.</summary>
    public bool Takes(Node node) =>
        node.Is("LSTM")
        && node.Attributes.GetInt("layout", 0) == 0
        && RecurrentWeight.Of(node) is [var weight, var recurrence]
        && node.Input(1) == weight
        && node.Input(2) == recurrence
        && weight.Constant!.ElementType == ElementType.Float
        && recurrence.Constant!.ElementType == ElementType.Float
        && recurrence.Constant.Shape[2] >= leastUnits;

    /// <summary>Replaces a layer's weights and operator, in place.</summary>
    public ImmutableArray<QuantizedWeight> Quantize(Model model, Node node)
    {
        ImmutableArray<QuantizedWeight>.Builder quantized = ImmutableArray.CreateBuilder<QuantizedWeight>(2);
        string outputName = node.Outputs[0].Name;
        for (int i = 1; i <= 2; i++)
        {
            Value weight = node.Inputs[i]!;
            TensorData data = weight.Constant!;
            (Value integers, Value scales, Value zeroPoints, double signalToNoise) = Quantize(weight);
            node.SetInput(i, integers);
            while (node.Inputs.Count < WeightScaleInput)
            {
                node.SetInput(node.Inputs.Count, null);
            }

            node.SetInput(node.Inputs.Count, scales);
            node.SetInput(node.Inputs.Count, zeroPoints);
            quantized.Add(
                new QuantizedWeight(
                    node.Name,
                    outputName,
                    weight.Name,
                    OpType,
                    "int8 per gate row",
                    data.ByteLength,
                    integers.Constant!.ByteLength + scales.Constant!.ByteLength + zeroPoints.Constant!.ByteLength,
                    signalToNoise
                )
            );
            if (weight is { Uses.Count: 0, IsGraphOutput: false })
            {
                weight.Owner!.RemoveInitializer(weight);
            }
        }

        _ = node.Attributes.Remove("layout");
        node.OpType = OpType;
        node.Domain = Domain;
        _ = model.OpsetImports.TryAdd(Domain, 1);
        return quantized.MoveToImmutable();
    }

    private (Value Integers, Value Scales, Value ZeroPoints, double SignalToNoise) Quantize(Value weight)
    {
        if (_weights.TryGetValue(weight, out (Value, Value, Value, double) known))
        {
            return known;
        }

        TensorData data = weight.Constant!;
        (long directions, long rows, long columns) = (data.Shape[0], data.Shape[1], data.Shape[2]);
        SymmetricInt8 integers = SymmetricInt8.Choose(weight.Name, data.Reshape(directions * rows, columns), 0, range, summedAxis: 1);
        return _weights[weight] = (
            Add("quantized", Transposed(integers.ToTensor(), directions, rows, columns)),
            Add("scale", TensorData.FromArray(integers.Scales, directions, rows)),
            Add("zero_point", TensorData.FromArray(new sbyte[directions * rows], directions, rows)),
            integers.SignalToNoise
        );

        Value Add(string role, TensorData contents)
        {
            Value value = weight.Owner!.AddInitializer(weight.Owner.FreshName($"{weight.Name}.{role}"), contents);
            Added.Add(value);
            return value;
        }
    }

    // [directions, rows, columns] to [directions, columns, rows].
    private static TensorData Transposed(TensorData integers, long directions, long rows, long columns) =>
        TensorData.Lazy(
            ElementType.Int8,
            [directions, columns, rows],
            bytes =>
            {
                byte[] source = integers.ToBytes();
                int matrix = (int)(rows * columns);
                for (int i = 0; i < source.Length; i++)
                {
                    int within = i % matrix;
                    bytes[(i - within) + (within % (int)columns * (int)rows) + (within / (int)columns)] = source[i];
                }
            }
        );
}
