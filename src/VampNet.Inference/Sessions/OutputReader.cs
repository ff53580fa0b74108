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

    /// <summary>Copies an output as float32; integers are rounded to the nearest, and true is 1.</summary>
    /// <param name="name">The output's name, for the message.</param>
    /// <param name="output">The output.</param>
    /// <exception cref="InferenceException">VNI0402: it is no tensor, or one of neither numbers nor booleans.</exception>
    public static FloatTensor ReadSingles(string name, OrtValue output)
    {
        if (!output.IsTensor)
        {
            throw Incomparable(name, output.OnnxType.ToString());
        }

        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        Array? numbers = ReadNumbers(output, info.ElementDataType);
        float[] values = numbers switch
        {
            float[] singles => singles,
            // The one type whose largest values int64 does not hold.
            long[] when info.ElementDataType == ElementType.UInt64 => Array.ConvertAll(
                output.GetTensorDataAsSpan<ulong>().ToArray(),
                value => (float)value
            ),
            long[] integers => Array.ConvertAll(integers, value => (float)value),
            _ => throw Incomparable(name, info.ElementDataType.ToString()),
        };
        return new FloatTensor(values, info.Shape) { Integers = numbers as long[] };
    }

    private static InferenceException Incomparable(string name, string type) =>
        new(
            InferenceErrorIds.OutputCannotBeCompared,
            found: $"the output {name} of type {type}",
            expected: "a tensor of numbers or booleans: nothing else can be compared"
        );
}
