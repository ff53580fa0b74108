using Microsoft.ML.OnnxRuntime;
using VampNet.Export;
using VampNet.Export.Step;
using VampNet.Onnx;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Models;

public sealed class StepGraphTests(ExportedModels exported)
{
    [Theory]
    [InlineData("generate_coarse_12")]
    [InlineData("generate_coarse_batch")]
    [InlineData("generate_coarse_topp")]
    public void Generate_RecordedDrawsOfACoarseModel_GivesUpstreamsTokens(string name) =>
        RecordedGeneration.ExpectGenerate(name, Sampled(exported.Stepped.Coarse));

    [Fact]
    public void Generate_RecordedDrawsOfAFineModel_GivesUpstreamsTokens() =>
        RecordedGeneration.ExpectGenerate("generate_c2f_2", Sampled(exported.Stepped.Fine));

    [Theory]
    [InlineData("vamp")]
    [InlineData("vamp_batch_feedback_stretch")]
    public void Vamp_RecordedDraws_GivesUpstreamsTokens(string name) =>
        RecordedGeneration.ExpectVamp(name, Sampled(exported.Stepped.Coarse), Sampled(exported.Stepped.Fine));

    public static TheoryData<string, GenerateOptions> Settings =>
        new()
        {
            {
                "as upstream",
                new GenerateOptions { Steps = 7 }
            },
            {
                "one step",
                new GenerateOptions { Steps = 1 }
            },
            {
                "filtered",
                new GenerateOptions
                {
                    Steps = 5,
                    SampleCutoff = 0.6,
                    MaskTemperature = 2,
                    Sampling = new() { TopP = 0.7f, Temperature = 0.8f },
                }
            },
            {
                "likeliest",
                new GenerateOptions
                {
                    Steps = 4,
                    SampleCutoff = 0,
                    MaskTemperature = 0,
                    Sampling = new() { Temperature = 0, TopP = 0 },
                }
            },
        };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Generate_Settings_GivesTheTokensOfTheBuiltInSampler(string name, GenerateOptions options)
    {
        Assert.NotEmpty(name);
        foreach ((OnnxTokenModel builtIn, OnnxTokenModel stepped) in Pairs())
        {
            TokenGrid<long> codes = Codes(2, builtIn.Codebooks, 11);
            TokenGrid<bool> mask = MaskFunctions.Periodic(2, builtIn.Codebooks, 11, 3);

            Assert.Equal(Generate(builtIn, codes, mask, options).Values, Generate(stepped, codes, mask, options).Values);
        }
    }

    [Fact]
    public void Generate_SingleToken_Ends()
    {
        TokenGrid<long> result = Generate(
            exported.Stepped.Coarse,
            Codes(1, 4, 1),
            MaskFunctions.Full(1, 4, 1),
            new GenerateOptions { Steps = 5 }
        );

        Assert.All(result.Values, code => Assert.InRange(code, 0, 63));
    }

    [Fact]
    public void Generate_LogitsNotFinite_IsRefused()
    {
        ScriptedTokenModel model = new(4, 0, 64, (_, entry) => entry == 3 ? float.NaN : 0);

        RuntimeException error = Assert.Throws<RuntimeException>(() =>
            Generate(
                new WithStep(model, exported.Stepped.Coarse.SamplingStep!),
                Codes(1, 4, 3),
                MaskFunctions.Full(1, 4, 3),
                new GenerateOptions()
            )
        );

        Assert.Equal("VNR0401", error.Id);
    }

    [Fact]
    public void Generate_OptionsWithoutAnInput_AreRefused()
    {
        foreach (
            SamplingOptions sampling in new SamplingOptions[]
            {
                new() { TopK = 3 },
                new() { FilterTypical = true },
            }
        )
        {
            RuntimeException error = Assert.Throws<RuntimeException>(() =>
                Generate(exported.Stepped.Coarse, Codes(1, 4, 3), MaskFunctions.Full(1, 4, 3), new GenerateOptions { Sampling = sampling })
            );

            Assert.Equal("VNR0310", error.Id);
            Assert.Contains("coarse_step.onnx", error.Message);
        }
    }

    [Fact]
    public void Open_StepGraphOfAnotherTransformer_IsRefused()
    {
        string folder = exported.Copy(exported.Micro);
        File.Copy(Path.Combine(folder, "c2f_step.onnx"), Path.Combine(folder, "coarse_step.onnx"), overwrite: true);
        Assert.Equal("VNR0311", Refused(folder).Id);

        File.Copy(Path.Combine(folder, "c2f.onnx"), Path.Combine(folder, "coarse_step.onnx"), overwrite: true);
        Assert.Equal("VNR0304", Refused(folder).Id);

        File.Delete(Path.Combine(folder, "coarse_step.onnx"));
        Assert.Equal("VNR0301", Refused(folder).Id);
    }

    [Fact]
    public void Record_OfStepGraphs_NamesThem()
    {
        Assert.NotNull(exported.Stepped.Coarse.StepSha256);
        Assert.Null(exported.Micro.Coarse.StepSha256);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(20)]
    public void SeededStep_WholeLoop_GivesTheTokensOfSeededDraws(int opset)
    {
        const ulong Seed = 0xFEDCBA9876543210;
        GenerateOptions options = new() { Steps = 6, SampleCutoff = 0.5 };
        foreach ((OnnxTokenModel model, _) in Pairs())
        {
            TokenGrid<long> codes = Codes(2, model.Codebooks, 9);
            TokenGrid<bool> mask = MaskFunctions.CodebookUnmask(
                MaskFunctions.Periodic(2, model.Codebooks, 9, 4),
                model.ConditioningCodebooks
            );
            using SeededStepLoop loop = new(model, opset);

            Assert.Equal(
                TokenGenerator
                    .Generate(model, codes, mask, options, new SeededDraws(Seed), cancellationToken: TestContext.Current.CancellationToken)
                    .Values,
                loop.Run(codes, mask, options, Seed)
            );
        }
    }

    [Theory]
    [InlineData(17, 64, 3, 0UL, 0)]
    [InlineData(17, 50, 5, 0xFEDCBA9876543210UL, 6)]
    [InlineData(20, 1024, 7, 1UL, 2)]
    [InlineData(20, 33, 1, ulong.MaxValue, 0x1_2345_6789)]
    public void SeededStep_Noise_EqualsSeededDrawsBitForBit(int opset, int vocabulary, int frames, ulong seed, long before)
    {
        StepShape shape = new(4, 0, vocabulary, "{}");
        const string Exponentials = "step.draws.exponential.exponentials",
            Uniforms = "step.draws.uniform.uniforms";
        using InferenceSession session = StepSession.Open(shape, StepNoise.Seeded, opset, Exponentials, Uniforms);
        int tokens = 2 * frames * 4;

        IReadOnlyDictionary<string, float[]> noise = StepSession.RunSeeded(
            session,
            shape,
            2,
            frames,
            seed,
            before,
            [Exponentials, Uniforms]
        );

        (float[] exponentials, float[] uniforms) = Drawn(seed, before, tokens, vocabulary);
        Assert.Equal(exponentials.Select(BitConverter.SingleToInt32Bits), noise[Exponentials].Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(uniforms.Select(BitConverter.SingleToInt32Bits), noise[Uniforms].Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Step_EveryStepOfManySchedules_CountsAsTheLibraryDoes()
    {
        StepShape shape = new(1, 0, 5, "{}");
        const string Gamma = "step.schedule.gamma.at_least";
        using InferenceSession session = StepSession.Open(shape, StepNoise.Given, 17, Gamma);
        for (int steps = 1; steps <= 72; steps++)
        {
            for (int step = 0; step < steps; step++)
            {
                float found = StepSession.RunGiven(session, shape, Gamma, step, steps);
                Assert.Equal(MaskSchedule.Gamma(MaskSchedule.Progress(step, steps)), found);
            }
        }
    }

    [Theory]
    [InlineData(StepNoise.Given, 17)]
    [InlineData(StepNoise.Seeded, 17)]
    [InlineData(StepNoise.Seeded, 18)]
    [InlineData(StepNoise.Seeded, 23)]
    public void Emit_AnyOpset_IsValidAndUsesTheStandardAlone(StepNoise noise, int opset)
    {
        using Model model = StepEmitter.Emit(new StepShape(14, 4, 1024, "{}"), noise, ExportOptions.Default with { Opset = opset });

        ModelVerifier.Require(model);
        Assert.Equal(opset, model.OpsetImports[""]);
        Assert.Single(model.OpsetImports);
    }

    private static OnnxTokenModel Sampled(OnnxTokenModel model)
    {
        Assert.NotNull(model.SamplingStep);
        return model;
    }

    private static (float[] Exponentials, float[] Uniforms) Drawn(ulong seed, long before, int tokens, int vocabulary)
    {
        SeededDraws draws = new(seed, (ulong)before);
        (float[] exponentials, float[] uniforms) = (new float[tokens * vocabulary], new float[tokens]);
        draws.NextTokenDraw(tokens, vocabulary);
        for (int row = 0; row < tokens; row++)
        {
            draws.FillExponentials(row, exponentials.AsSpan(row * vocabulary, vocabulary));
        }

        draws.FillUniforms(uniforms);
        return (exponentials, uniforms);
    }

    private IEnumerable<(OnnxTokenModel BuiltIn, OnnxTokenModel Stepped)> Pairs() =>
        [(exported.Micro.Coarse, exported.Stepped.Coarse), (exported.Micro.Fine, exported.Stepped.Fine)];

    private static TokenGrid<long> Codes(int batch, int codebooks, int frames) =>
        new(batch, codebooks, frames, [.. Enumerable.Range(0, batch * codebooks * frames).Select(index => (long)(index * 11 % 64))]);

    private static TokenGrid<long> Generate(ITokenModel model, TokenGrid<long> codes, TokenGrid<bool> mask, GenerateOptions options) =>
        TokenGenerator.Generate(model, codes, mask, options, new SeededDraws(9), cancellationToken: TestContext.Current.CancellationToken);

    private static RuntimeException Refused(string folder)
    {
        using VampNetModels models = VampNetModels.Open(folder, new ModelOptions { StepGraphs = true });
        return Assert.Throws<RuntimeException>(() => models.Coarse);
    }

    private sealed class WithStep(ITokenModel model, ISamplingStep step) : ITokenModel
    {
        public int Codebooks => model.Codebooks;

        public int ConditioningCodebooks => model.ConditioningCodebooks;

        public int VocabularySize => model.VocabularySize;

        public ISamplingStep? SamplingStep => step;

        public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken) =>
            model.ComputeLogits(codes, logits, cancellationToken);
    }
}
