using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

/// <summary>Folders of float32, INT8 and float16 graphs stand for each other: the same names, the same contract.</summary>
public sealed class QuantizedModelsTests(ExportedModels exported)
{
    private static readonly AudioClip Clip = VampNetPipelineTests.Chord(22050, 0.4);

    private static readonly VampOptions Options = new()
    {
        Seed = 7,
        Coarse = new() { Steps = 3 },
    };

    public static TheoryData<string> Schemes => ["dynamic", "float16"];

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task VampAsync_FolderOfAnotherPrecision_MakesMusicAlike(string scheme)
    {
        using VampNetModels models = Quantize(scheme);

        VampResult original = await VampAsync(exported.Micro),
            quantized = await VampAsync(models);

        Assert.Equal(original.Mask.Values, quantized.Mask.Values);
        Assert.Equal(
            (original.Codes.Batch, original.Codes.Codebooks, original.Codes.Frames),
            (quantized.Codes.Batch, quantized.Codes.Codebooks, quantized.Codes.Frames)
        );
        Assert.Equal(original.Audio[0].Length, quantized.Audio[0].Length);
        Assert.NotEqual(original.Audio[0].Channels[0], quantized.Audio[0].Channels[0]);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task RequireSame_SettingsOfAnotherPrecision_AreRefused(string scheme)
    {
        VampRecord record = (await VampAsync(exported.Micro)).Record;
        using VampNetModels models = Quantize(scheme);

        RuntimeException error = Assert.Throws<RuntimeException>(() => record.RequireSame(Clip, models));

        Assert.Equal("VNR0502", error.Id);
        Assert.Contains("Found coarse.onnx of SHA-256", error.Message);
    }

    private static Task<VampResult> VampAsync(VampNetModels models) =>
        new VampNetPipeline(models).VampAsync(Clip, Options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The transformers in another precision; the codec as it was.</summary>
    private VampNetModels Quantize(string scheme)
    {
        string folder = exported.Copy(exported.Micro);
        foreach (string name in (string[])["coarse.onnx", "c2f.onnx"])
        {
            Model model = ModelReader.Read(Path.Combine(exported.Micro.Folder, name));
            _ =
                scheme == "dynamic"
                    ? DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions())
                    : Float16Quantizer.Quantize(model, new Float16Options());
            ModelWriter.Write(model, Path.Combine(folder, name));
        }

        return VampNetModels.Open(folder);
    }
}
