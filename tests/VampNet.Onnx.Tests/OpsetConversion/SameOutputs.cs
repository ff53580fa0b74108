using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VampNet.Onnx.Tests.OpsetConversion;

/// <summary>Compares two models in ONNX Runtime on the same seeded inputs, bit by bit or within a bound.</summary>
internal static class SameOutputs
{
    private const int OpenLength = 5;

    /// <summary>What ONNX Runtime says against running the model on these inputs; null when it runs.</summary>
    public static string? TryRun(byte[] model, IReadOnlyDictionary<string, OrtValue> inputs, out IReadOnlyList<byte[]> outputs)
    {
        outputs = [];
        try
        {
            using SessionOptions options = new()
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            using InferenceSession session = new(model, options);
            using RunOptions run = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, session.OutputNames);
            outputs = [.. results.Select(Contents)];
            return null;
        }
        catch (OnnxRuntimeException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Seeded values for the inputs of a model; null when an input is no tensor of numbers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">Elements of integer, boolean or float inputs by name, where not any will do.</param>
    public static Dictionary<string, OrtValue>? Inputs(Model model, IReadOnlyDictionary<string, double[]>? given = null)
    {
        Random random = new(11);
        Dictionary<string, OrtValue> inputs = [];
        foreach (Value input in model.Graph.Inputs.Where(input => input.Constant is null))
        {
            if (
                input.TensorType is not { Shape: { } shape } type
                || type.ElementType is ElementType.String or ElementType.BFloat16 or ElementType.Complex64 or ElementType.Undefined
                || type.ElementType > ElementType.BFloat16
            )
            {
                return null;
            }

            long[] lengths = [.. shape.Select(dim => dim.TryGetConstant(out long length) ? length : OpenLength)];
            int count = (int)lengths.Aggregate(1L, (product, length) => product * length);
            double[] elements =
                given?.GetValueOrDefault(input.Name) is { } known && known.Length == count
                    ? known
                    : [.. Enumerable.Range(0, count).Select(_ => Draw(type.ElementType, random))];
            inputs.Add(input.Name, Make(type.ElementType, elements, lengths));
        }

        return inputs;
    }

    /// <summary>The largest difference of two float32 outputs; infinite when their sizes differ.</summary>
    public static double Distance(byte[] expected, byte[] found) =>
        expected.Length != found.Length
            ? double.PositiveInfinity
            : MemoryMarshal
                .Cast<byte, float>(expected)
                .ToArray()
                .Zip(MemoryMarshal.Cast<byte, float>(found).ToArray(), (left, right) => (double)Math.Abs(left - right))
                .DefaultIfEmpty(0)
                .Max();

    private static double Draw(ElementType type, Random random) =>
        type.IsFloatingPoint ? (random.NextDouble() * 4) - 2
        : type == ElementType.Bool ? random.Next(2)
        : random.Next(1, 4);

    private static OrtValue Make(ElementType type, double[] elements, long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type, shape);
        switch (type)
        {
            case ElementType.Float:
                Fill(element => (float)element);
                break;
            case ElementType.Double:
                Fill(element => element);
                break;
            case ElementType.Float16:
                Fill(element => (Half)element);
                break;
            case ElementType.Int64:
                Fill(element => (long)element);
                break;
            case ElementType.UInt64:
                Fill(element => (ulong)element);
                break;
            case ElementType.Int32:
                Fill(element => (int)element);
                break;
            case ElementType.UInt32:
                Fill(element => (uint)element);
                break;
            case ElementType.Int16 or ElementType.UInt16:
                Fill(element => (short)element);
                break;
            default:
                Fill(element => (byte)element);
                break;
        }

        return value;

        void Fill<T>(Func<double, T> convert)
            where T : unmanaged
        {
            Span<T> target = MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData());
            for (int i = 0; i < elements.Length; i++)
            {
                target[i] = convert(elements[i]);
            }
        }
    }

    private static byte[] Contents(OrtValue value)
    {
        if (!value.IsTensor)
        {
            return [];
        }

        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        byte[] shape = MemoryMarshal.AsBytes(info.Shape.AsSpan()).ToArray();
        return info.ElementDataType == TensorElementType.String
            ? [.. shape, .. value.GetStringTensorAsArray().SelectMany(System.Text.Encoding.UTF8.GetBytes)]
            : [.. shape, .. value.GetTensorMutableRawData()];
    }
}
