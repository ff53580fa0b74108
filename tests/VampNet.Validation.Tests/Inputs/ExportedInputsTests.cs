using System.Runtime.InteropServices;
using VampNet.Checkpoints;
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

    public ExportedInputsTests() => ExportRun.Run(CheckpointFiles.Find(Golden.Path("micro")).ToRequest(At("models")));

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

    [Theory]
    [InlineData("coarse.onnx", 4, 0)]
    [InlineData("c2f.onnx", 14, 4)]
    public void FromFiles_RecordingWithTheCodecBeside_IsMaskedCodesWithTheTrueTokens(string graph, int codebooks, int conditioning)
    {
        WriteWav("tone.wav", SeededInputs.Audio(7, 1, 30 * 768, 44100));

        ModelSample[] samples = SamplesBeside(graph, "tone.wav", 20);

        Assert.Equal([20, 20, 20, 10, 10, 10], samples.Select(sample => (int)sample.Inputs.Single().Shape[2]));
        Assert.Equal([0.2, 0.5, 0.8, 0.2, 0.5, 0.8], samples.Select(sample => sample.Targets!.MaskShare));
        ModelSample half = samples[1];
        long[] codes = (long[])half.Inputs.Single().Values;
        Assert.Equal([1, codebooks, 20], half.Inputs.Single().Shape);
        Assert.DoesNotContain(64L, codes.AsSpan(0, conditioning * 20).ToArray());
        Assert.Equal((codebooks - conditioning) * 10, codes.Count(code => code == 64));
        TokenTargets targets = half.Targets!;
        Assert.Equal(conditioning, targets.FirstCodebook);
        for (int i = 0; i < targets.Tokens.Length; i++)
        {
            (int frame, int codebook) = Math.DivRem(i, codebooks - conditioning);
            Assert.Equal(codes[((conditioning + codebook) * 20) + frame] == 64, targets.Tokens[i] != TokenTargets.NotScored);
        }

        // What is masked at a smaller share is masked at a larger one.
        Assert.All(
            samples[0].Targets!.Tokens.Zip(targets.Tokens).Where(pair => pair.First != TokenTargets.NotScored),
            pair => Assert.Equal(pair.First, pair.Second)
        );
    }

    [Fact]
    public void FromFiles_RecordingForADecoder_IsWholeCodes()
    {
        WriteWav("tone.wav", SeededInputs.Audio(7, 1, 5 * 768, 44100));

        ModelSample sample = Assert.Single(SamplesBeside("codec_decoder.onnx", "tone.wav", 20));

        Assert.Null(sample.Targets);
        Assert.Equal([1, 14, 5], sample.Inputs.Single().Shape);
    }

    [Fact]
    public void FromFiles_CodesOfAnotherCodec_AreRefused()
    {
        WriteCodes("other.safetensors", "0000", 3);
        Assert.Equal("VNV0321", Assert.Throws<ValidationException>(() => SamplesBeside("coarse.onnx", "other.safetensors", 20)).Id);
    }

    [Fact]
    public void FromFiles_CodesBeyondTheVocabulary_AreRefused()
    {
        WriteCodes("masked.safetensors", null, 64);
        Assert.Equal("VNV0322", Assert.Throws<ValidationException>(() => SamplesBeside("coarse.onnx", "masked.safetensors", 20)).Id);
    }

    [Fact]
    public void MusicBeside_FolderOfMusic_IsFoundWhereACodecIs()
    {
        string graph = At("models", "coarse.onnx");
        Assert.Empty(MusicBeside.Find(graph));
        Directory.CreateDirectory(At("models", "Music"));
        File.WriteAllText(At("models", "Music", "b.flac"), "");
        File.WriteAllText(At("models", "clip.wav"), "");
        File.WriteAllText(At("models", "notes.txt"), "");

        Assert.Equal(["b.flac", "clip.wav"], MusicBeside.Find(graph).Select(Path.GetFileName));

        File.Delete(At("models", "codec_encoder.onnx"));
        Assert.Empty(MusicBeside.Find(graph));
    }

    private ModelSample[] SamplesBeside(string graph, string file, int extent)
    {
        using Model model = ModelReader.Read(At("models", graph));
        return [.. SampleMaker.For(model, ExportedInputs.ProfileOf(At("models", graph))).FromFiles(At(file), extent)];
    }

    private void WriteCodes(string name, string? codec, long code)
    {
        TensorEntry entry = new(
            "codes",
            TensorElementType.Int64,
            [1, 4, 2],
            bytes => MemoryMarshal.AsBytes<long>([code, code, code, code, code, code, code, code]).CopyTo(bytes)
        );
        using FileStream stream = File.Create(At(name));
        SafeTensorsWriter.Write(stream, [entry], codec is null ? [] : new Dictionary<string, string> { ["codec_sha256"] = codec });
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
