using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Inference.Inputs;

/// <summary>One tensor to feed to a graph, row-major, of any type that ONNX Runtime takes but strings.</summary>
/// <param name="Name">The graph input.</param>
/// <param name="Values">An array of the type's elements, as many as the shape asks for: <c>float[]</c>, <c>double[]</c>, <c>Half[]</c>,
/// <c>BFloat16[]</c>, <c>bool[]</c>, or integers of 8 to 64 bits with or without sign.</param>
/// <param name="Shape">The dimensions.</param>
public sealed record ModelInput(string Name, Array Values, long[] Shape)
{
    internal OrtValue ToOrtValue() =>
        ElementArrays.TypeOf(Values) switch
        {
            Onnx.ElementType.Int64 => OrtValue.CreateTensorValueFromMemory((long[])Values, Shape),
            Onnx.ElementType.UInt64 => OrtValue.CreateTensorValueFromMemory((ulong[])Values, Shape),
            Onnx.ElementType.Int32 => OrtValue.CreateTensorValueFromMemory((int[])Values, Shape),
            Onnx.ElementType.UInt32 => OrtValue.CreateTensorValueFromMemory((uint[])Values, Shape),
            Onnx.ElementType.Int16 => OrtValue.CreateTensorValueFromMemory((short[])Values, Shape),
            Onnx.ElementType.UInt16 => OrtValue.CreateTensorValueFromMemory((ushort[])Values, Shape),
            Onnx.ElementType.Int8 => OrtValue.CreateTensorValueFromMemory((sbyte[])Values, Shape),
            Onnx.ElementType.UInt8 => OrtValue.CreateTensorValueFromMemory((byte[])Values, Shape),
            Onnx.ElementType.Float => OrtValue.CreateTensorValueFromMemory((float[])Values, Shape),
            Onnx.ElementType.Double => OrtValue.CreateTensorValueFromMemory((double[])Values, Shape),
            Onnx.ElementType.Float16 => OrtValue.CreateTensorValueFromMemory(
                MemoryMarshal.Cast<Half, Float16>((Half[])Values).ToArray(),
                Shape
            ),
            Onnx.ElementType.BFloat16 => OrtValue.CreateTensorValueFromMemory((BFloat16[])Values, Shape),
            Onnx.ElementType.Bool => OrtValue.CreateTensorValueFromMemory((bool[])Values, Shape),
            _ => throw new InvalidOperationException($"{Values.GetType().Name} is no tensor."),
        };
}
