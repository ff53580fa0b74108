using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Graphs as torch.onnx.export writes them, without value_info.</summary>
public class ForeignModelInferenceTests
{
    public static TheoryData<string, string> Models =>
        new()
        {
            { "coarse_torch_export.onnx", "float[batch, 64, time*4]" },
            { "c2f_torch_export.onnx", "float[batch, 64, time*10]" },
            { "codec_decoder_torch_export.onnx", "float[batch, 1, time*768]" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void Run_ForeignModel_TypesEveryValueInTheInputsLetters(string name, string output)
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        DeclaredTypes.Remove(model);
        var letters = model
            .Graph.Inputs.SelectMany(static input => input.TensorType!.Shape!)
            .SelectMany(static length => length.Letters)
            .ToHashSet();

        ShapeInferenceResult result = ShapeInferencePass.Run(model);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(output, model.Graph.Outputs[0].Type!.ToString());
        foreach (Value? value in model.AllGraphs().SelectMany(static graph => graph.Values()).Where(static value => value.Name.Length > 0))
        {
            Assert.True(value.TensorType is { Shape: not null } type && type.ElementType.IsKnown, $"{value}");
            Assert.All(value.TensorType!.Shape!, length => Assert.False(length.HasUnknown, $"{value}"));
            Assert.All(value.TensorType.Shape!, length => Assert.True(letters.IsSupersetOf(length.Letters), $"{value}"));
        }
    }
}
