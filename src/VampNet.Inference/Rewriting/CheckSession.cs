using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Inference.Rewriting;

/// <summary>A graph as it is written: ONNX Runtime's own rewriting is off, so that two graphs differ by what was done to them
/// alone.</summary>
internal sealed class CheckSession : IDisposable
{
    private readonly OrtSession _session;

    /// <param name="path">The graph's file.</param>
    /// <param name="provider">What computes.</param>
    /// <exception cref="InferenceException">VNI0201: it does not load.</exception>
    public CheckSession(string path, SessionProvider provider) =>
        _session = new OrtSession(
            path,
            options =>
                (options.GraphOptimizationLevel, options.LogSeverityLevel) = (
                    GraphOptimizationLevel.ORT_DISABLE_ALL,
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL
                ),
            provider: provider
        );

    /// <summary>Every output by name: numbers as they are, integers and booleans as float32 where they fit exactly.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on these inputs. VNI0402: an output is of a type that cannot
    /// be compared.</exception>
    public IReadOnlyDictionary<string, FloatTensor> Run(ModelSample trial) =>
        _session.Run(
            trial,
            _session.OutputNames,
            (outputs, _) => _session.OutputNames.Zip(outputs).ToDictionary(pair => pair.First, pair => Read(pair.First, pair.Second))
        );

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static FloatTensor Read(string name, OrtValue output)
    {
        if (!output.IsTensor)
        {
            throw Incomparable(name, output.OnnxType.ToString());
        }

        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        float[] values = info.ElementDataType switch
        {
            TensorElementType.Float => output.GetTensorDataAsSpan<float>().ToArray(),
            TensorElementType.Double => Array.ConvertAll(output.GetTensorDataAsSpan<double>().ToArray(), value => (float)value),
            TensorElementType.Int64 => Array.ConvertAll(output.GetTensorDataAsSpan<long>().ToArray(), value => (float)value),
            TensorElementType.Int32 => Array.ConvertAll(output.GetTensorDataAsSpan<int>().ToArray(), value => (float)value),
            TensorElementType.UInt8 => Array.ConvertAll(output.GetTensorDataAsSpan<byte>().ToArray(), value => (float)value),
            TensorElementType.Int8 => Array.ConvertAll(output.GetTensorDataAsSpan<sbyte>().ToArray(), value => (float)value),
            TensorElementType.UInt16 => Array.ConvertAll(output.GetTensorDataAsSpan<ushort>().ToArray(), value => (float)value),
            TensorElementType.Int16 => Array.ConvertAll(output.GetTensorDataAsSpan<short>().ToArray(), value => (float)value),
            TensorElementType.UInt32 => Array.ConvertAll(output.GetTensorDataAsSpan<uint>().ToArray(), value => (float)value),
            TensorElementType.UInt64 => Array.ConvertAll(output.GetTensorDataAsSpan<ulong>().ToArray(), value => (float)value),
            TensorElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
            TensorElementType.BFloat16 => Array.ConvertAll(output.GetTensorDataAsSpan<BFloat16>().ToArray(), ElementArrays.ToSingle),
            TensorElementType.Bool => Array.ConvertAll(output.GetTensorDataAsSpan<bool>().ToArray(), value => value ? 1f : 0f),
            _ => throw Incomparable(name, info.ElementDataType.ToString()),
        };
        return new FloatTensor(values, info.Shape);
    }

    private static InferenceException Incomparable(string name, string type) =>
        new(
            InferenceErrorIds.OutputCannotBeCompared,
            found: $"the output {name} of type {type}",
            expected: "a tensor of numbers or booleans: nothing else can be compared"
        );
}
