using VampNet.Export;
using VampNet.Inference;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;
using VampNet.Validation.Inputs;

namespace VampNet.Validation.Tests.Inputs;

public sealed class ExportedInputsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-inputs-");

    public ExportedInputsTests() => ExportRun.Run(CheckpointFiles.OfFolder(Golden.Path("micro")).ToRequest(At("models")));

    [Theory]
    [InlineData("coarse.onnx", 64, 0.25, 1, new[] { 1, 43, 173, 575 })]
    [InlineData("codec_encoder.onnx", 64, 0, 768, new[] { 1, 19 })]
    public void ProfileOf_AnExportedGraph_IsReadFromItsMetadata(string graph, int vocabulary, double maskShare, int hop, int[] frames)
    {
        InputProfile profile = ExportedInputs.ProfileOf(At("models", graph));

        Assert.Equal((vocabulary, maskShare, 44100), (profile.Vocabulary, profile.MaskShare, profile.SampleRate));
        Assert.Equal(hop, profile.SamplesPerFrame);
        Assert.Equal(frames, profile.JudgedFrames);
    }

    [Fact]
    public void ProfileOf_AForeignGraph_IsTheDefaultWithTheGivenVocabulary()
    {
        InputProfile profile = ExportedInputs.ProfileOf(Golden.Path("foreign/coarse_torch_export.onnx"), vocabulary: 64);

        Assert.Equal((64, 0), (profile.Vocabulary, profile.MaskShare));
        Assert.Empty(profile.JudgedFrames);
    }

    [Fact]
    public void FromFiles_Wav_GivesPartsOfTheExtent()
    {
        WriteWav("tone.wav", SeededInputs.Audio(7, 1, 5000, 44100));

        ModelSample[] samples = Samples("codec_encoder.onnx", "tone.wav", 4000);

        Assert.Equal([4000L, 1000L], samples.Select(sample => sample.Inputs.Single().Shape[^1]));
    }

    [Fact]
    public void FromFiles_SilentWav_IsRefused()
    {
        WriteWav("silence.wav", new float[4000]);

        Assert.Equal("VNR0112", Assert.Throws<RuntimeException>(() => Samples("codec_encoder.onnx", "silence.wav", 4000)).Id);
    }

    [Fact]
    public void FromFiles_Codes_GivesPartsOfTheExtent()
    {
        File.Copy(Golden.Path("micro/vamp.safetensors"), At("codes.safetensors"));

        ModelSample[] samples = Samples("codec_decoder.onnx", "codes.safetensors", 35);

        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.InRange(sample.Inputs.Single().Shape[^1], 1, 35));
    }

    [Fact]
    public void FromFiles_WavForAGraphOfCodes_IsRefused()
    {
        WriteWav("tone.wav", SeededInputs.Audio(7, 1, 5000, 44100));

        Assert.Equal("VNI0302", Assert.Throws<InferenceException>(() => Samples("coarse.onnx", "tone.wav", 40)).Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ModelSample[] Samples(string graph, string file, int extent)
    {
        using Model model = ModelReader.Read(At("models", graph));
        return [.. SampleMaker.For(model, ExportedInputs.ProfileOf(model)).FromFiles(At(file), extent)];
    }

    private string At(params string[] parts) => Path.Combine([_root.FullName, .. parts]);

    private void WriteWav(string name, float[] samples)
    {
        using FileStream stream = File.Create(At(name));
        WavWriter.Write(stream, new AudioClip(44100, samples), WavEncoding.Float32);
    }
}
