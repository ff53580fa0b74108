using VampNet.Onnx;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Export.Tests;

/// <summary>Shape inference of the emitted graphs without their declared shapes.</summary>
public class EmittedShapeTests
{
    public static TheoryData<string, ExportTarget, int, string> Variants =>
        new()
        {
            { "coarse", ExportTarget.Portable, 17, "float[B, T, 4, 64]" },
            { "coarse", ExportTarget.Portable, 20, "float[B, T, 4, 64]" },
            { "coarse", ExportTarget.Portable, 23, "float[B, T, 4, 64]" },
            { "coarse", ExportTarget.OnnxRuntime, 20, "float[B, T, 4, 64]" },
            { "c2f", ExportTarget.Portable, 20, "float[B, T, 10, 64]" },
            { "c2f", ExportTarget.OnnxRuntime, 20, "float[B, T, 10, 64]" },
            { "codec_encoder", ExportTarget.Portable, 20, "int64[B, 14, (S + 767)/768]" },
            { "codec_decoder", ExportTarget.Portable, 20, "float[B, 1, T*768]" },
        };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Run_EmittedGraph_TypesEveryValueInTheInputsLetters(string graph, ExportTarget target, int opset, string output)
    {
        using Model model = Emit(graph, new ExportOptions { Target = target, Opset = opset });
        HashSet<string> letters =
        [
            .. model.Graph.Inputs.SelectMany(input => input.TensorType!.Shape!).SelectMany(length => length.Letters),
        ];
        foreach (Value value in model.Graph.Nodes.SelectMany(node => node.Outputs))
        {
            value.Type = null;
        }

        ShapeInferenceResult result = ShapeInferencePass.Run(model);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(output, Assert.Single(model.Graph.Outputs).Type!.ToString());
        foreach (Value value in model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Name.Length > 0))
        {
            Assert.True(value.TensorType is { Shape: not null, ElementType: not ElementType.Undefined }, $"{value}");
            Assert.All(
                value.TensorType!.Shape!,
                length => Assert.True(!length.HasUnknown && letters.IsSupersetOf(length.Letters), $"{value}")
            );
        }
    }

    private static Model Emit(string graph, ExportOptions options) =>
        graph switch
        {
            "codec_encoder" => CodecEncoderEmitter.Emit(GoldenModels.Codec("micro"), options),
            "codec_decoder" => CodecDecoderEmitter.Emit(GoldenModels.Codec("micro"), options),
            _ => TransformerEmitter.Emit(GoldenModels.Transformer($"micro/{graph}"), options),
        };
}
