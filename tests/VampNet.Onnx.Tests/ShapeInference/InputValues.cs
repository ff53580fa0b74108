using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Values for the inputs of a model of static shapes, as the runtime takes them and by their spelling in expressions.</summary>
internal sealed class InputValues
{
    private readonly Dictionary<string, long> _integers = [];
    private readonly Dictionary<string, float> _reals = [];

    public InputValues(Model model, Func<long> integer, Func<float> real) =>
        Inputs = model.Graph.Inputs.ToDictionary(static input => input.Name, input => Fill(input, integer, real));

    public IReadOnlyDictionary<string, long> Integers => _integers;

    public IReadOnlyDictionary<string, float> Reals => _reals;

    public IReadOnlyDictionary<string, OrtValue> Inputs { get; }

    public override string ToString() =>
        string.Join(
            ", ",
            _integers.Select(static pair => $"{pair.Key} = {pair.Value}").Concat(_reals.Select(static pair => $"{pair.Key} = {pair.Value}"))
        );

    private OrtValue Fill(Value input, Func<long> integer, Func<float> real)
    {
        TensorType type = input.TensorType!;
        Assert.True(type.Shape!.TryGetConstants(out ImmutableArray<long> shape));
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type.ElementType, [.. shape]);
        int[] index = new int[shape.Length];
        for (long i = 0; i < shape.Aggregate(1L, static (product, length) => product * length); i++)
        {
            string spelling = Dim.Element(input.Name, index).ToString();
            switch (type.ElementType)
            {
                case ElementType.Int64:
                    value.GetTensorMutableDataAsSpan<long>()[(int)i] = _integers[spelling] = integer();
                    break;
                case ElementType.Bool:
                    value.GetTensorMutableDataAsSpan<bool>()[(int)i] = (_integers[spelling] = integer()) != 0;
                    break;
                default:
                    value.GetTensorMutableDataAsSpan<float>()[(int)i] = _reals[spelling] = real();
                    break;
            }

            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return value;
    }
}
