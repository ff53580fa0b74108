using System.Globalization;
using VampNet.Checkpoints;

namespace VampNet.Architecture.Tests;

public sealed class DacCodecTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-dac-");

    private string ModelFile => Path.Combine(_folder.FullName, "model.safetensors");

    private string ConfigFile => Path.Combine(_folder.FullName, "config.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("even", 512, 64, 9, 0)]
    [InlineData("odd", 320, 64, 12, 8)]
    [InlineData("latent", 512, 24, 18, 0)]
    public void BindCodec_GoldenCheckpoint_BindsTheWholeManifest(string name, int hop, int latent, int codebooks, int missing)
    {
        using Checkpoint codec = GoldenModels.Open($"dac/{name}/weights.pth");

        BoundCodec bound = ModelBinder.BindCodec(codec);

        CodecConfiguration configuration = bound.Configuration;
        Assert.Equal(CodecFamily.Dac, configuration.Family);
        Assert.Equal(
            (hop, latent, codebooks, missing),
            (configuration.HopLength, configuration.LatentDim, configuration.Codebooks, configuration.MissingSamples)
        );
        Assert.Equal(
            CodecManifest.Folded(configuration).Select(parameter => parameter.ToString()),
            bound.Weights.Values.Select(weight => weight.ToString())
        );
        Assert.Equal(codec.TensorList.Length, bound.Ledger.Rows.Length);
        Assert.All(bound.Ledger.Rows, row => Assert.Single(row.Destinations));
    }

    [Fact]
    public void ToJson_Dac_NamesItsFamilyAndLatentWidth() =>
        Assert.StartsWith(
            """{"codec":"dac","latent_dim":24,"sample_rate":44100,""",
            Bind("latent").Configuration.ToJson(),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(1, 312)]
    [InlineData(7, 2232)]
    [InlineData(45, 14392)]
    public void DecodedSamples_OddStrides_AreUpstreams(int frames, long samples) =>
        Assert.Equal(samples, Bind("odd").Configuration.DecodedSamples(frames));

    [Fact]
    public void BindCodec_FirstCodebooks_IgnoresTheOthersByName()
    {
        using Checkpoint codec = GoldenModels.Open("dac/even/weights.pth");

        BoundCodec bound = ModelBinder.BindCodec(codec, 4);

        Assert.Equal(4, bound.Configuration.Codebooks);
        Assert.DoesNotContain("quantizer.quantizers.4.codebook.weight", bound.Weights.Keys);
        LedgerRow[] ignored = [.. bound.Ledger.Rows.Where(row => row.IgnoredBecause is not null)];
        Assert.Equal(5 * 7, ignored.Length);
        Assert.All(ignored, row => Assert.Equal("of a codebook that was not asked for", row.IgnoredBecause));
        Assert.Equal(codec.TensorList.Length, bound.Ledger.Rows.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void BindCodec_MoreCodebooksThanThereAre_IsRefused(int codebooks)
    {
        using Checkpoint codec = GoldenModels.Open("dac/even/weights.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(codec, codebooks));

        Assert.Equal("VNA0205", refusal.Id);
        Assert.Contains("from 1 to 9", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoder_rates", "the rate 1", 1, 4, 8, 8)]
    [InlineData("decoder_rates", "decoder_rates [8, 8, 4]", 8, 8, 4)]
    public void BindCodec_RatesThatContradict_AreRefused(string key, string found, params int[] rates)
    {
        using Checkpoint codec = new EditedCheckpoint("dac/even/weights.pth").WithRates(key, [.. rates.Select(rate => (long)rate)]).Open();

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(codec));

        Assert.Equal("VNA0104", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindCodec_WeightNormOfNewerPyTorch_GivesTheSameWeights()
    {
        BoundCodec expected = Bind("odd");
        using Checkpoint codec = Renamed(
            "odd",
            name =>
                name.Replace(".weight_g", ".parametrizations.weight.original0", StringComparison.Ordinal)
                    .Replace(".weight_v", ".parametrizations.weight.original1", StringComparison.Ordinal)
        );

        AssertSameWeights(expected, ModelBinder.BindCodec(codec));
    }

    [Theory]
    [InlineData("even")]
    [InlineData("odd")]
    public void BindCodec_DacModelOfTransformers_GivesTheSameWeights(string name)
    {
        BoundCodec expected = Bind(name);
        WriteDacModel(expected);

        using Checkpoint codec = Checkpoint.Open(ModelFile);
        BoundCodec bound = ModelBinder.BindCodec(codec);

        Assert.Equal(ModelFamily.DacModel, ModelFamilies.Identify(codec));
        Assert.Equal(expected.Configuration, bound.Configuration);
        AssertSameWeights(expected, bound);
        Assert.Equal(codec.TensorList.Length, bound.Ledger.Rows.Length);
    }

    [Fact]
    public void BindCodec_DacModelTakenBackToUpstreamsNames_GivesTheSameWeights()
    {
        BoundCodec expected = Bind("even");
        WriteDacModel(expected);
        using Checkpoint model = Checkpoint.Open(ModelFile);
        Dictionary<string, string> back = expected.Weights.Keys.ToDictionary(name =>
            DacModelNames.OfParameter(name, expected.Configuration)
        );
        EditedCheckpoint edited = new EditedCheckpoint("dac/even/weights.pth").Keeping(_ => false);
        foreach (CheckpointTensor tensor in model.TensorList)
        {
            edited.With(back[tensor.Name], tensor.ToSingles(), [.. tensor.Shape]);
        }

        using Checkpoint folded = edited.Open();

        AssertSameWeights(expected, ModelBinder.BindCodec(folded));
    }

    [Theory]
    [InlineData("encoder.block.0.weight", "encoder.conv1.weight")]
    [InlineData("encoder.block.2.block.1.block.3.bias", "encoder.block.1.res_unit2.conv2.bias")]
    [InlineData("encoder.block.4.block.3.alpha", "encoder.block.3.snake1.alpha")]
    [InlineData("encoder.block.4.block.4.weight", "encoder.block.3.conv1.weight")]
    [InlineData("encoder.block.5.alpha", "encoder.snake1.alpha")]
    [InlineData("encoder.block.6.bias", "encoder.conv2.bias")]
    [InlineData("quantizer.quantizers.3.in_proj.weight", "quantizer.quantizers.3.in_proj.weight")]
    [InlineData("decoder.model.0.weight", "decoder.conv1.weight")]
    [InlineData("decoder.model.1.block.0.alpha", "decoder.block.0.snake1.alpha")]
    [InlineData("decoder.model.1.block.1.weight", "decoder.block.0.conv_t1.weight")]
    [InlineData("decoder.model.4.block.2.block.0.alpha", "decoder.block.3.res_unit1.snake1.alpha")]
    [InlineData("decoder.model.4.block.4.block.2.alpha", "decoder.block.3.res_unit3.snake2.alpha")]
    [InlineData("decoder.model.5.alpha", "decoder.snake1.alpha")]
    [InlineData("decoder.model.6.weight", "decoder.conv2.weight")]
    public void OfParameter_UpstreamsName_IsTransformers(string upstream, string transformers) =>
        Assert.Equal(transformers, DacModelNames.OfParameter(upstream, Bind("even").Configuration));

    [Theory]
    [InlineData(null, "Found no config.json")]
    [InlineData("[]", "Found a JSON Array")]
    [InlineData("{", "which is not JSON")]
    public void BindCodec_DacModelWithoutItsConfiguration_IsRefused(string? config, string found)
    {
        WriteDacModel(Bind("even"));
        File.Delete(ConfigFile);
        if (config is not null)
        {
            File.WriteAllText(ConfigFile, config);
        }

        ArchitectureException refusal = RefuseModelFile();

        Assert.Equal("VNA0106", refusal.Id);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindCodec_DacModelOfAWrongSetting_NamesTheSettingAsTheFileDoes()
    {
        WriteDacModel(Bind("even"));
        File.WriteAllText(ConfigFile, """{"downsampling_ratios": "2, 4"}""");

        ArchitectureException refusal = RefuseModelFile();

        Assert.Equal("VNA0103", refusal.Id);
        Assert.Contains("config.json.downsampling_ratios", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindCodec_HugeConfiguration_IsNotRead()
    {
        WriteDacModel(Bind("even"));
        File.WriteAllText(ConfigFile, new string(' ', (1 << 20) + 1));

        using Checkpoint codec = Checkpoint.Open(ModelFile);

        Assert.Equal("VNC0702", Assert.Throws<CheckpointException>(() => ModelBinder.BindCodec(codec)).Id);
    }

    private static BoundCodec Bind(string name) => ModelBinder.BindCodec(GoldenModels.Open($"dac/{name}/weights.pth"));

    private static Checkpoint Renamed(string name, Func<string, string> rename)
    {
        using Checkpoint source = GoldenModels.Open($"dac/{name}/weights.pth");
        EditedCheckpoint edited = new EditedCheckpoint($"dac/{name}/weights.pth").Keeping(_ => false);
        foreach (CheckpointTensor tensor in source.TensorList)
        {
            edited.With(rename(tensor.Name), tensor.ToSingles(), [.. tensor.Shape]);
        }

        return edited.Open();
    }

    private static void AssertSameWeights(BoundCodec expected, BoundCodec actual)
    {
        Assert.Equal(expected.Weights.Keys, actual.Weights.Keys);
        Assert.All(expected.Weights, weight => Assert.Equal(weight.Value.ToArray(), actual.Weights[weight.Key].ToArray()));
    }

    private ArchitectureException RefuseModelFile()
    {
        using Checkpoint codec = Checkpoint.Open(ModelFile);
        return Assert.Throws<ArchitectureException>(() => ModelBinder.BindCodec(codec));
    }

    // What save_pretrained writes of a DacModel whose weight norm was removed.
    private void WriteDacModel(BoundCodec codec)
    {
        CodecConfiguration configuration = codec.Configuration;
        using (FileStream stream = File.Create(ModelFile))
        {
            SafeTensorsWriter.Write(
                stream,
                [
                    .. codec.Weights.Values.Select(weight =>
                        TensorEntry.From(
                            DacModelNames.OfParameter(weight.Name, configuration),
                            weight.ToArray(),
                            [.. weight.Shape.Select(dimension => (long)dimension)]
                        )
                    ),
                ],
                new Dictionary<string, string> { ["format"] = "pt" }
            );
        }

        File.WriteAllText(
            ConfigFile,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {
                  "architectures": ["DacModel"],
                  "codebook_dim": {{configuration.CodebookDim}},
                  "codebook_size": {{configuration.CodebookSize}},
                  "decoder_hidden_size": {{configuration.DecoderDim}},
                  "downsampling_ratios": [{{string.Join(", ", configuration.EncoderRates)}}],
                  "encoder_hidden_size": {{configuration.EncoderDim}},
                  "hidden_size": {{configuration.LatentDim}},
                  "hop_length": {{configuration.HopLength}},
                  "model_type": "dac",
                  "n_codebooks": {{configuration.Codebooks}},
                  "quantizer_dropout": 0.0,
                  "sampling_rate": {{configuration.SampleRate}},
                  "upsampling_ratios": [{{string.Join(", ", configuration.DecoderRates)}}]
                }
                """
            )
        );
    }
}
