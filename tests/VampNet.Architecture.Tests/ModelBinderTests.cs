using System.Buffers.Binary;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture.Tests;

public sealed class ModelBinderTests
{
    [Theory]
    [InlineData("tiny", "coarse", ModelRole.Coarse)]
    [InlineData("tiny", "c2f", ModelRole.CoarseToFine)]
    [InlineData("micro", "coarse", ModelRole.Coarse)]
    [InlineData("micro", "c2f", ModelRole.CoarseToFine)]
    public void BindTransformer_GoldenCheckpoint_BindsTheWholeManifest(string folder, string name, ModelRole role)
    {
        using Checkpoint transformer = GoldenModels.Open($"{folder}/{name}.pth");
        using Checkpoint codec = GoldenModels.Open($"{folder}/codec.pth");

        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec, expected: role);

        Assert.Equal(
            TransformerManifest.Merged(bound.Configuration).Select(parameter => parameter.ToString()),
            bound.Weights.Values.Select(weight => weight.ToString())
        );
        Assert.Equal(transformer.TensorList.Length + bound.Configuration.Codebooks, bound.Ledger.Rows.Length);
        Assert.All(bound.Ledger.Rows, row => Assert.NotEmpty(row.Destinations));
        Assert.Equal(["flash_attn", "cfg_dropout_prob", "cond_dim"], bound.IgnoredKeys);
    }

    [Theory]
    [InlineData("tiny/codec.pth")]
    [InlineData("micro/codec.pth")]
    [InlineData("checkpoint_zoo/codec_weights.pth")]
    [InlineData("checkpoint_zoo/codec_package.pth")]
    public void BindCodec_GoldenCheckpoint_BindsTheWholeManifest(string path)
    {
        using Checkpoint codec = GoldenModels.Open(path);

        BoundCodec bound = ModelBinder.BindCodec(codec);

        Assert.Equal(
            CodecManifest.Folded(bound.Configuration).Select(parameter => parameter.ToString()),
            bound.Weights.Values.Select(weight => weight.ToString())
        );
        Assert.Equal(codec.TensorList.Length, bound.Ledger.Rows.Length);
        Assert.All(bound.Ledger.Rows, row => Assert.Single(row.Destinations));
    }

    [Theory]
    [InlineData("coarse", ModelRole.CoarseToFine)]
    [InlineData("c2f", ModelRole.Coarse)]
    public void BindTransformer_OtherRole_IsRefused(string name, ModelRole expected)
    {
        using Checkpoint transformer = GoldenModels.Open($"micro/{name}.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() =>
            ModelBinder.BindTransformer(transformer, codec, expected: expected)
        );

        Assert.Equal("VNA0202", refusal.Id);
        Assert.Contains($"{name}.pth", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny/coarse.pth", "micro/codec.pth", "codebook_size 64 for vocab_size 1024")]
    [InlineData(
        "micro/c2f.pth",
        "checkpoint_zoo/codec_weights.pth",
        "codebook_size 16 for vocab_size 64, codebook_dim 4 for latent_dim 8, 2 codebooks for a model of 14"
    )]
    public void BindTransformer_CodecOfAnotherModel_IsRefused(string transformerPath, string codecPath, string misfits)
    {
        using Checkpoint transformer = GoldenModels.Open(transformerPath);
        using Checkpoint codec = GoldenModels.Open(codecPath);

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec));

        Assert.Equal("VNA0203", refusal.Id);
        Assert.Contains(misfits, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_CodecInItsPlace_IsNamedAsACodec()
    {
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(codec, codec));

        Assert.Equal("VNA0204", refusal.Id);
        Assert.Contains("Found a LAC codec in", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_BareStateDict_IsRefused()
    {
        using Checkpoint bare = GoldenModels.Open("checkpoint_zoo/bare_state_dict.pth");
        using Checkpoint codec = GoldenModels.Open("checkpoint_zoo/codec_weights.pth");

        Assert.Equal("VNA0101", Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(bare, codec)).Id);
    }

    [Fact]
    public void BindTransformer_LoraFileOfAnotherModel_ListsEveryMisfit()
    {
        using Checkpoint transformer = GoldenModels.Open("micro/coarse.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");
        using Checkpoint lora = GoldenModels.Open("checkpoint_zoo/lora_only.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec, lora));

        Assert.Equal("VNA0201", refusal.Id);
        Assert.Contains("Found 20 tensors", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(
            "misshapen  transformer.layers.0.self_attn.fc.lora_B: found [16, 8], expected [32, 8]",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("missing    transformer.layers.1.feed_forward.w_1.lora_A [8, 32]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_LoraFileOverABase_ReplacesTheBasesOwn()
    {
        const string Module = "transformer.layers.1.feed_forward.w_2";
        using Checkpoint transformer = GoldenModels.Open("micro/coarse.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");
        using Checkpoint lora = LoraOnly().With($"{Module}.lora_B", new float[32 * 8], 32, 8).Open();

        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec, lora);

        LedgerRow[] replaced = [.. bound.Ledger.Rows.Where(row => row.IgnoredBecause is not null)];
        Assert.Equal(20, replaced.Length);
        Assert.All(replaced, row => Assert.Equal(("transformer", "replaced by the LoRA file"), (row.Origin, row.IgnoredBecause)));
        Assert.Equal(20, bound.Ledger.Rows.Count(row => row.Origin == "lora" && row.Destinations.Length == 1));
        Assert.Equal(transformer.Tensors[$"{Module}.weight"].ToSingles(), bound.Weights[$"{Module}.weight"].ToArray());
    }

    [Fact]
    public void BindTransformer_LoraFileWithOtherTensors_IsRefused()
    {
        using Checkpoint transformer = GoldenModels.Open("micro/coarse.pth");
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");
        using Checkpoint lora = LoraOnly().With("surplus", [1], 1).Open();

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec, lora));

        Assert.Equal("VNA0201", refusal.Id);
        Assert.Contains("lora edited.pth:\n  unexpected surplus", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_MergedCheckpoint_TakesTheWeightsAsTheyAre()
    {
        using Checkpoint transformer = new EditedCheckpoint("micro/coarse.pth").Keeping(name => !IsLora(name)).Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        BoundWeight weight = ModelBinder.BindTransformer(transformer, codec).Weights["transformer.layers.0.self_attn.fc.weight"];

        Assert.Empty(weight.Transforms);
        Assert.Equal(transformer.Tensors[weight.Name].ToSingles(), weight.ToArray());
    }

    [Fact]
    public void BindTransformer_DamagedStateDict_ListsEveryProblemAtOnce()
    {
        using Checkpoint transformer = new EditedCheckpoint("micro/coarse.pth")
            .Without("transformer.layers.1.norm_3.weight", "transformer.layers.0.self_attn.w_qs.lora_A")
            .With("embedding.out_proj.bias", new float[31], 31)
            .With("transformer.layers.2.norm_1.weight", new float[32], 32)
            .With(new TensorEntry("transformer.norm.weight", TensorElementType.Int64, [32], bytes => bytes.Clear()))
            .Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec));

        Assert.Equal("VNA0201", refusal.Id);
        Assert.Contains("Found 5 tensors that do not match", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("\ntransformer edited.pth:\n", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("missing    transformer.layers.1.norm_3.weight [32]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("missing    transformer.layers.0.self_attn.w_qs.lora_A [8, 32]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("misshapen  embedding.out_proj.bias: found [31], expected [32]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("unexpected transformer.layers.2.norm_1.weight: float32 [32]", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("mistyped   transformer.norm.weight: found Int64", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BindTransformer_ConfigurationOfMoreLayers_NamesWhatIsMissing()
    {
        using Checkpoint transformer = new EditedCheckpoint("micro/coarse.pth").WithKwarg("n_layers", 3L).Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        Assert.Contains(
            "Found 18 tensors",
            Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void BindTransformer_ControlEncoder_IsBound()
    {
        var controls = new MetadataValue.Mapping([
            KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text("rms"), new MetadataValue.Integer(3)),
        ]);
        EditedCheckpoint edited = new EditedCheckpoint("micro/coarse.pth")
            .WithKwarg("ctrl_dims", controls)
            .With("ctrl_encoder.ctrl_encoders.rms.weight", new float[32 * 3], 32, 3)
            .With("ctrl_encoder.ctrl_encoders.rms.bias", new float[32], 32);
        using Checkpoint transformer = edited.Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec);

        Assert.DoesNotContain(bound.Ledger.Rows, row => row.IgnoredBecause is not null);
        Assert.Equal([32, 3], bound.Weights["ctrl_encoder.ctrl_encoders.rms.weight"].Shape);
        Assert.Contains("\"ctrl_dims\":{\"rms\":3}", bound.Configuration.ToJson(), StringComparison.Ordinal);
        using Checkpoint undeclared = edited.WithKwarg("ctrl_dims", new MetadataValue.None()).Open();
        Assert.Equal("VNA0201", Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(undeclared, codec)).Id);
    }

    [Fact]
    public void BindTransformer_FlashAttention_IsToldByItsTensors()
    {
        EditedCheckpoint edited = new EditedCheckpoint("micro/coarse.pth").Keeping(name =>
            !name.Contains(".self_attn.", StringComparison.Ordinal)
        );
        for (int layer = 0; layer < 2; layer++)
        {
            string path = $"transformer.layers.{layer}.self_attn";
            edited
                .With($"{path}.Wqkv.weight", new float[96 * 32], 96, 32)
                .With($"{path}.Wqkv.bias", new float[96], 96)
                .With($"{path}.out_proj.weight", new float[32 * 32], 32, 32)
                .With($"{path}.out_proj.bias", new float[32], 32);
        }

        using Checkpoint transformer = edited.Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec);

        Assert.Equal(AttentionKind.Flash, bound.Configuration.Attention);
        Assert.Equal([96, 32], bound.Weights["transformer.layers.1.self_attn.Wqkv.weight"].Shape);
        Assert.Equal(
            TransformerManifest.Merged(bound.Configuration).Select(parameter => parameter.Name).Order(StringComparer.Ordinal),
            bound.Weights.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void BindTransformer_AnAttentionOfAnotherKind_IsNamedInOneError()
    {
        using Checkpoint transformer = new EditedCheckpoint("micro/coarse.pth")
            .Keeping(name => !name.Contains(".self_attn.", StringComparison.Ordinal))
            .With("transformer.layers.0.self_attn.to_q.weight", new float[32 * 32], 32, 32)
            .With("transformer.layers.0.self_attn.rotary.freqs", new float[8], 8)
            .Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => ModelBinder.BindTransformer(transformer, codec));

        Assert.Equal("VNA0206", refusal.Id);
        Assert.Contains("an attention of to_q.weight, rotary.freqs in edited.pth", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TensorElementType.Float16)]
    [InlineData(TensorElementType.BFloat16)]
    [InlineData(TensorElementType.Float64)]
    public void BindTransformer_OtherFloatingPointType_IsWidened(TensorElementType type)
    {
        const string Name = "transformer.layers.1.self_attn.w_ks.weight";
        float[] values = [.. Enumerable.Range(0, 32 * 32).Select(i => (i - 500) / 64f)];
        using Checkpoint transformer = new EditedCheckpoint("micro/coarse.pth")
            .With(new TensorEntry(Name, type, [32, 32], bytes => Encode(values, type, bytes)))
            .Open();
        using Checkpoint codec = GoldenModels.Open("micro/codec.pth");
        int keptBits = type == TensorElementType.BFloat16 ? 8 : 11;

        BoundWeight weight = ModelBinder.BindTransformer(transformer, codec).Weights[Name];

        Assert.All(
            values.Zip(weight.ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) / (1 << (keptBits - 1)))
        );
        Assert.Equal(weight.ToArray()[64..96], weight.SliceRows(2, 1).ToArray());
    }

    [Fact]
    public void BindCodec_WeightNormDirectionOfZeros_IsRefusedWhenRead()
    {
        using Checkpoint codec = new EditedCheckpoint("micro/codec.pth").With("encoder.block.0.weight_v", new float[4 * 7], 4, 1, 7).Open();
        BoundWeight weight = ModelBinder.BindCodec(codec).Weights["encoder.block.0.weight"];

        ArchitectureException refusal = Assert.Throws<ArchitectureException>(() => weight.ToArray());

        Assert.Equal("VNA0301", refusal.Id);
        Assert.Contains("encoder.block.0.weight_v with only zeros in row 0", refusal.Message, StringComparison.Ordinal);
    }

    private static bool IsLora(string name) => name.Contains(".lora_", StringComparison.Ordinal);

    private static EditedCheckpoint LoraOnly() => new EditedCheckpoint("micro/coarse.pth").Keeping(IsLora);

    private static void Encode(float[] values, TensorElementType type, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
        {
            switch (type)
            {
                case TensorElementType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)values[i]);
                    break;
                case TensorElementType.BFloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16));
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], values[i]);
                    break;
            }
        }
    }
}
