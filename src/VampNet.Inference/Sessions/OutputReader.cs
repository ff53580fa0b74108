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

    /// <summary>Copies an output as doubles, which hold every number of the narrower types; true is 1.</summary>
    /// <param name="name">The output's name, for the message.</param>
    /// <param name="output">The output.</param>
    /// <exception cref="InferenceException">VNI0402: it is no tensor, or one of neither numbers nor booleans.</exception>
    public static NumberTensor ReadDoubles(string name, OrtValue output)
    {
        if (!output.IsTensor)
        {
            throw Incomparable(name, output.OnnxType.ToString());
        }

        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        Array? numbers = ReadNumbers(output, info.ElementDataType);
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

    private static InferenceException Incomparable(string name, string type) =>
        new(
            InferenceErrorIds.OutputCannotBeCompared,
            found: $"the output {name} of type {type}",
            expected: "a tensor of numbers or booleans: nothing else can be compared"
        );
}
