using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>
/// Lengths that are expressions in the elements of inputs, against what ONNX Runtime computes for random elements. What it refuses has no
/// shape;
/// so many cases must run that each branch of the expressions is met.
/// </summary>
public class RuntimeElementTests
{
    private const int Tries = 400;

    [Theory]
    [InlineData("Reshape", "float[2, 3, 4]; int64[2]", "", 20, -1, 12, 20)]
    [InlineData("Reshape", "float[2, 3, 4]; int64[3]", "", 20, -1, 4, 20)]
    [InlineData("Reshape", "float[2, 3, 4]; int64[3]", "allowzero = 1", 20, -1, 4, 20)]
    [InlineData("Reshape", "float[2, 0, 4]; int64[2]", "allowzero = 1", 20, 0, 4, 20)]
    [InlineData("Slice", "float[5, 7]; int64[2]; int64[2]; int64[2]; int64[2]", "", 20, -3, 3, 40)]
    [InlineData("Slice", "float[6]; int64[1]; int64[1]; int64{0}; int64[1]", "", 20, -9, 9, 300)]
    [InlineData("Slice", "float[6]; int64[1]; int64[1]; int64{-1}; int64{-2}", "", 20, -9, 9, 300)]
    [InlineData("Slice", "float[5, 1, 3]; int64{1}; int64{3}; int64[1]", "", 20, -3, 2, 300)]
    [InlineData("Squeeze", "float[1, 3, 1, 4]; int64[1]", "", 20, -4, 3, 100)]
    [InlineData("Unsqueeze", "float[2, 3]; int64[1]", "", 20, -3, 2, 300)]
    [InlineData("ReduceSum", "float[2, 3, 4]; int64[1]", "", 20, -3, 2, 300)]
    [InlineData("ReduceSum", "float[2, 3, 4]; int64[2]", "", 20, -3, 2, 100)]
    [InlineData("ReduceMax", "float[2, 3, 4]; int64[1]", "keepdims = 0", 20, -3, 2, 300)]
    [InlineData("Range", "int64[]; int64[]; int64[]", "", 20, -9, 9, 300)]
    [InlineData("Expand", "float[3, 1]; int64[3]", "", 20, 0, 3, 100)]
    [InlineData("Tile", "float[3, 2]; int64[2]", "", 20, 0, 4, 300)]
    [InlineData("Pad", "float[3, 4]; int64[4]", "", 20, -2, 3, 100)]
    [InlineData("Pad", "float[3, 4]; int64[2];; int64[1]", "", 20, -2, 1, 100)]
    [InlineData("Split", "float[6, 2]; int64[2]", "", 20, 0, 6, 20, 2)]
    [InlineData("TopK", "float[6]; int64[1]", "", 20, 0, 6, 300, 2)]
    [InlineData("ConstantOfShape", "int64[3]", "", 20, 0, 4, 300)]
    [InlineData("OneHot", "int64[2]; int64[]; float[2]", "", 20, 0, 6, 300)]
    [InlineData("Compress", "float[4, 3]; bool[4]", "axis = 0", 20, 0, 1, 300)]
    [InlineData("NonZero", "bool[2, 3]", "", 20, 0, 1, 300)]
    [InlineData("NonZero", "int64[2, 3]", "", 20, -1, 1, 300)]
    [InlineData("Where", "bool[2]; int64[2]; int64[2]", "", 20, 0, 1, 300)]
    [InlineData("Equal", "int64[2]; int64[2]", "", 20, 0, 1, 300)]
    [InlineData("LessOrEqual", "int64[3]; int64{-1, 0, 1}", "", 20, -2, 2, 300)]
    [InlineData("Mul", "int64[2]; int64[2]", "", 20, -3, 3, 300)]
    [InlineData("Max", "int64[2]; int64{1}", "", 20, -3, 3, 300)]
    [InlineData("Cast", "int64[4]", "to = 9", 20, -1, 1, 300)]
    [InlineData("Cast", "bool[4]", "to = 7", 20, 0, 1, 300)]
    [InlineData("Resize", "float[1, 1, 5, 7];; float[4]", "", 20, 1, 1, 300)]
    public void Run_RandomElements_ShapesAndElementsAreTheRuntimes(
        string opType,
        string inputs,
        string attributes,
        int opset,
        int least,
        int most,
        int leastRuns,
        int outputs = 1
    )
    {
        using Model model = NodeInference.Model(opType, inputs, attributes, opset, outputs);
        ShapeInferenceResult result = ShapeInferencePass.Run(model);
        Assert.Empty(result.Diagnostics);
        Assert.All(
            model.Graph.Outputs,
            static output => Assert.All(output.TensorType!.Shape!, static length => Assert.False(length.HasUnknown, $"{length}"))
        );

        var random = new Random(20_261_125);
        using var runtime = new RuntimeShapes(model);
        int runs = 0;
        for (int i = 0; i < Tries; i++)
        {
            var elements = new InputValues(model, () => random.Next(least, most + 1), () => (float)(random.NextDouble() + 0.15) * 2);
            try
            {
                Compare(model, result, runtime.Run(elements), elements);
                runs++;
            }
            catch (OnnxRuntimeException)
            {
                // Elements that the operator does not take.
            }
        }

        Assert.True(runs >= leastRuns, $"{runs} runs");
    }

    private static void Compare(
        Model model,
        ShapeInferenceResult result,
        IReadOnlyList<(long[] Shape, long[] Elements)> actual,
        InputValues given
    )
    {
        foreach ((Value? value, (long[]? shape, long[]? elements)) in model.Graph.Outputs.Zip(actual))
        {
            Assert.Equal(shape.Length, value.TensorType!.Shape!.Rank);
            foreach ((Dim? inferred, long length) in value.TensorType.Shape.Zip(shape))
            {
                Assert.True(
                    inferred.TryEvaluate(given.Integers, out long number, given.Reals) && number == length,
                    $"{given}: {inferred} is [{string.Join(", ", shape)}]"
                );
            }

            if (elements.Length == 0 || !result.Elements.TryGetValue(value, out SymbolicTensor? known))
            {
                continue;
            }

            foreach ((Dim? inferred, long element) in known.Elements.Zip(elements))
            {
                Assert.True(
                    inferred is not null && inferred.TryEvaluate(given.Integers, out long number) && number == element,
                    $"{given}: {inferred} is {element}"
                );
            }
        }
    }
}
