using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.Tests.ShapeInference.Operators;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Compares inferred shapes, evaluated for given lengths, with those that ONNX Runtime computes.</summary>
public class RuntimeShapeTests(ITestOutputHelper output)
{
    /// <summary>Least number of the operators' cases that must run; the others use operators that the runtime lacks, or data that it
    /// refuses.</summary>
    private const int LeastCases = 300;

    private static readonly Dictionary<string, long> Lengths = new()
    {
        ["A"] = 3,
        ["B"] = 2,
        ["C"] = 4,
        ["D"] = 8,
        ["F"] = 9,
        ["H"] = 5,
        ["L"] = 12,
        ["N"] = 7,
        ["P"] = 3,
        ["S"] = 40,
        ["T"] = 6,
        ["V"] = 11,
        ["d"] = 4,
    };

    [Theory]
    [InlineData("coarse_torch_export.onnx", 2, 7)]
    [InlineData("coarse_torch_export.onnx", 1, 20)]
    [InlineData("c2f_torch_export.onnx", 3, 5)]
    [InlineData("codec_decoder_torch_export.onnx", 2, 3)]
    public void Run_EveryValueOfAForeignModel_HasTheShapeAndElementsOfTheRuntime(string name, long batch, long time)
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        ShapeInferenceResult result = ShapeInferencePass.Run(model);
        var lengths = new Dictionary<string, long> { ["batch"] = batch, ["time"] = time };
        foreach (Value? value in model.Graph.Nodes.SelectMany(static node => node.Outputs).Where(static value => !value.IsGraphOutput))
        {
            model.Graph.AddOutput(value);
        }

        Compare(model, result, lengths);
    }

    [Fact]
    public void Run_OperatorCases_HaveTheShapeAndElementsOfTheRuntime()
    {
        int run = 0;
        foreach (
            (MethodInfo? method, object?[]? data) in typeof(SliceInferenceTests)
                .Assembly.GetTypes()
                .Where(static type => type.Namespace == typeof(SliceInferenceTests).Namespace)
                .SelectMany(static type => type.GetMethods())
                .SelectMany(static method => method.GetCustomAttributes<InlineDataAttribute>().Select(data => (method, data.Data)))
        )
        {
            if (
                !method.Name.StartsWith("Run_Symbolic", StringComparison.Ordinal)
                && !method.Name.StartsWith("Run_Known", StringComparison.Ordinal)
            )
            {
                continue;
            }

            int opset = data.Length > 4 ? (int)data[4]! : 20;
            int outputs = data.Length > 5 ? (int)data[5]! : 1;
            using Model model = NodeInference.Model((string)data[0]!, (string)data[1]!, (string)data[2]!, opset, outputs);
            if (
                model.Graph.Inputs.Any(static input =>
                    input.TensorType is not { ElementType: not ElementType.String, Shape: { } shape }
                    || shape.Any(static length => length.HasUnknown)
                )
            )
            {
                continue;
            }

            ShapeInferenceResult result = ShapeInferencePass.Run(model);
            if (model.Graph.Outputs.Any(static value => value.TensorType is null))
            {
                continue;
            }

            try
            {
                Compare(model, result, Lengths);
                run++;
            }
            catch (OnnxRuntimeException exception)
            {
                output.WriteLine($"{string.Join(" | ", data)}: {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        output.WriteLine($"{run} cases ran.");
        Assert.True(run >= LeastCases, $"{run} cases ran.");
    }

    private static void Compare(Model model, ShapeInferenceResult result, Dictionary<string, long> lengths)
    {
        foreach ((Value? value, (long[] Shape, long[] Elements) actual) in model.Graph.Outputs.Zip(RuntimeShapes.Run(model, lengths)))
        {
            if (value.TensorType?.Shape is not { } inferred)
            {
                continue;
            }

            long?[] shape = inferred.Select(length => length.TryEvaluate(lengths, out long number) ? number : (long?)null).ToArray();
            Assert.True(
                shape.Length == actual.Shape.Length
                    && shape.Zip(actual.Shape).All(static pair => pair.First is null || pair.First == pair.Second),
                $"{value} of {value.Producer}: found [{string.Join(", ", actual.Shape)}]"
            );
            if (!result.Elements.TryGetValue(value, out SymbolicTensor? elements))
            {
                continue;
            }

            foreach ((Dim? element, long number) in elements.Elements.Zip(actual.Elements))
            {
                if (element is not null && element.TryEvaluate(lengths, out long expected))
                {
                    Assert.True(expected == number, $"{value} of {value.Producer}: found {number}, expected {element}");
                }
            }
        }
    }
}
