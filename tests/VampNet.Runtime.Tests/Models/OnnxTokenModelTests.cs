using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Models;

public sealed class OnnxTokenModelTests(ExportedModels exported)
{
    [Theory]
    [InlineData("generate_coarse_12")]
    [InlineData("generate_coarse_batch")]
    [InlineData("generate_coarse_topp")]
    public void Generate_RecordedDrawsOfACoarseModel_GivesUpstreamsTokens(string name) =>
        RecordedGeneration.ExpectGenerate(name, exported.Micro.Coarse);

    [Fact]
    public void Generate_RecordedDrawsOfAFineModel_GivesUpstreamsTokens() =>
        RecordedGeneration.ExpectGenerate("generate_c2f_2", exported.Micro.Fine);

    [Theory]
    [InlineData("vamp")]
    [InlineData("vamp_batch_feedback_stretch")]
    public void Vamp_RecordedDraws_GivesUpstreamsTokens(string name) =>
        RecordedGeneration.ExpectVamp(name, exported.Micro.Coarse, exported.Micro.Fine);

    [Fact]
    public void Open_ExportedGraph_KnowsItsNumbersAndOrigin()
    {
        OnnxTokenModel fine = exported.Tiny.Fine;

        Assert.Equal((14, 4, 1024), (fine.Codebooks, fine.ConditioningCodebooks, fine.VocabularySize));
        Assert.Equal(64, fine.CheckpointSha256!.Length);
        Assert.Equal(exported.Tiny.Decoder.CheckpointSha256, fine.CodecSha256);
    }

    [Fact]
    public void Open_NoFile_IsRefused() => Refused("VNR0301", "absent.onnx", new ModelOptions());

    [Fact]
    public void Open_NotAGraph_IsRefused() => Refused("VNR0302", Golden.Path("micro/config.json"), new ModelOptions());

    [Fact]
    public void Open_AnotherGraph_NamesItsInputsAndOutputs()
    {
        RuntimeException error = Refused("VNR0304", Path.Combine(exported.Micro.Folder, "codec_encoder.onnx"), new ModelOptions());

        Assert.Contains("the inputs audio (float32) and the outputs codes (int64)", error.Message);
        Assert.Contains("the input codes (int64) and the output logits (float32)", error.Message);
    }

    [Fact]
    public void Open_UnavailableProvider_NamesTheAvailable()
    {
        RuntimeException error = Refused(
            "VNR0303",
            Path.Combine(exported.Micro.Folder, "coarse.onnx"),
            new ModelOptions { Provider = ExecutionProvider.Cuda }
        );

        Assert.Contains("Found the provider 'cuda' unavailable", error.Message);
        Assert.Contains("Expected one of: cpu", error.Message);
    }

    [Fact]
    public void ComputeLogits_Cancelled_Stops()
    {
        using CancellationTokenSource cancel = new();
        cancel.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            exported.Micro.Coarse.ComputeLogits(new TokenGrid<long>(1, 4, 3), new float[3 * 4 * 64], cancel.Token)
        );
    }

    [Fact]
    public void ComputeLogits_CodesTheGraphCannotTake_SaysWhere()
    {
        RuntimeException error = Assert.Throws<RuntimeException>(() =>
            exported.Micro.Coarse.ComputeLogits(new TokenGrid<long>(1, 5, 3), new float[3 * 4 * 64], TestContext.Current.CancellationToken)
        );

        Assert.Equal("VNR0308", error.Id);
        Assert.Contains("[1,5,3]", error.Message);
    }

    [Fact]
    public async Task ComputeLogits_FromSeveralThreads_GivesTheSame()
    {
        TokenGrid<long> codes = new(1, 4, 9, [.. Enumerable.Range(0, 36).Select(index => (long)(index * 7 % 65))]);

        float[][] results = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        float[] logits = new float[9 * 4 * 64];
                        exported.Micro.Coarse.ComputeLogits(codes, logits, TestContext.Current.CancellationToken);
                        return logits;
                    })
                )
        );

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    private static RuntimeException Refused(string id, string path, ModelOptions options)
    {
        RuntimeException error = Assert.Throws<RuntimeException>(() => OnnxTokenModel.Open(path, options));
        Assert.Equal(id, error.Id);
        return error;
    }
}
