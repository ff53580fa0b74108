using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using ElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace VampNet.Inference.Sessions;

/// <summary>Copies what a session gives, whatever its type.</summary>
internal static class OutputReader
{
    /// <summary>Copies an output: integers and booleans as int64, all other numbers as float32.</summary>
    /// <param name="output">A tensor.</param>
    /// <param name="type">The type of its elements.</param>
    /// <returns>The elements, row-major; null where they are neither numbers nor booleans.</returns>
    public static Array? ReadNumbers(OrtValue output, ElementType type) =>
        type switch
        {
            ElementType.Float => output.GetTensorDataAsSpan<float>().ToArray(),
            ElementType.Double => Array.ConvertAll(output.GetTensorDataAsSpan<double>().ToArray(), value => (float)value),
            ElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
            ElementType.BFloat16 => Array.ConvertAll(output.GetTensorDataAsSpan<BFloat16>().ToArray(), ElementArrays.ToSingle),
            ElementType.Int64 => output.GetTensorDataAsSpan<long>().ToArray(),
            ElementType.Int32 => Array.ConvertAll(output.GetTensorDataAsSpan<int>().ToArray(), value => (long)value),
            ElementType.Int16 => Array.ConvertAll(output.GetTensorDataAsSpan<short>().ToArray(), value => (long)value),
            ElementType.Int8 => Array.ConvertAll(output.GetTensorDataAsSpan<sbyte>().ToArray(), value => (long)value),
            ElementType.UInt64 => Array.ConvertAll(output.GetTensorDataAsSpan<ulong>().ToArray(), value => (long)value),
            ElementType.UInt32 => Array.ConvertAll(output.GetTensorDataAsSpan<uint>().ToArray(), value => (long)value),
            ElementType.UInt16 => Array.ConvertAll(output.GetTensorDataAsSpan<ushort>().ToArray(), value => (long)value),
            ElementType.UInt8 => Array.ConvertAll(output.GetTensorDataAsSpan<byte>().ToArray(), value => (long)value),
            ElementType.Bool => Array.ConvertAll(output.GetTensorDataAsSpan<bool>().ToArray(), value => value ? 1L : 0),
            _ => null,
        };

    /// <summary>Whether a type is one of floating point that can be read.</summary>
    public static bool IsFloatingPoint(ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>Copies an output as doubles, which hold every number of the narrower types; true is 1, a text is a number that stands for
    /// it. The items of a sequence, and the keys and values of a map, follow each other.</summary>
    /// <param name="name">The output's name, for the message.</param>
    /// <param name="output">The output.</param>
    /// <exception cref="InferenceException">VNI0402: it holds something else.</exception>
    public static NumberTensor ReadDoubles(string name, OrtValue output) =>
        output.OnnxType switch
        {
            OnnxValueType.ONNX_TYPE_TENSOR => ReadTensor(name, output),
            OnnxValueType.ONNX_TYPE_SEQUENCE or OnnxValueType.ONNX_TYPE_MAP => ReadItems(name, output),
            _ => throw Incomparable(name, output.OnnxType.ToString()),
        };

    private static NumberTensor ReadTensor(string name, OrtValue output)
    {
        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        Array? numbers =
            info.ElementDataType == ElementType.String
                ? Array.ConvertAll(output.GetStringTensorAsArray(), NumberOf)
                : ReadNumbers(output, info.ElementDataType);
        double[] values = info.ElementDataType switch
        {
            ElementType.Double => output.GetTensorDataAsSpan<double>().ToArray(),
            // The one type whose largest values int64 does not hold.
            ElementType.UInt64 => Array.ConvertAll(output.GetTensorDataAsSpan<ulong>().ToArray(), value => (double)value),
            _ => numbers switch
            {
                float[] singles => Array.ConvertAll(singles, value => (double)value),
                long[] integers => Array.ConvertAll(integers, value => (double)value),
                _ => throw Incomparable(name, info.ElementDataType.ToString()),
            },
        };
        return new NumberTensor(values, info.Shape) { Integers = numbers as long[] };
    }

    // The items of a map are all its keys, and all its values.
    private static NumberTensor ReadItems(string name, OrtValue output)
    {
        List<NumberTensor> items = [];
        for (int i = 0; i < output.GetValueCount(); i++)
        {
            using OrtValue item = output.GetValue(i, OrtAllocator.DefaultInstance);
            items.Add(ReadDoubles(name, item));
        }

        double[] values = [.. items.SelectMany(item => item.Values)];
        return new NumberTensor(values, [values.Length])
        {
            Integers = items.TrueForAll(item => item.Integers is not null) ? [.. items.SelectMany(item => item.Integers!)] : null,
        };
    }

    // FNV-1a, cut to 52 bits, which doubles hold.
    private static long NumberOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in text)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        return (long)(hash >> 12);
    }

    /// <summary>VNI0402, to throw.</summary>
    public static InferenceException Incomparable(string name, string type) =>
        new(
            InferenceErrorIds.OutputCannotBeCompared,
            found: $"the output {name} of type {type}",
            expected: "numbers, booleans or text, or a sequence or map of them: nothing else can be compared"
        );
}
