using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Generation;

public sealed class TokenGeneratorTests
{
    private const int V = 11;

    private static readonly ScriptedTokenModel Model = new(3, 1, V, (token, entry) => MathF.Sin(token * 7 + entry * 3));

    [Theory]
    [InlineData("generate_coarse_12")]
    [InlineData("generate_coarse_batch")]
    [InlineData("generate_coarse_topp")]
    public void Generate_RecordedDrawsOfACoarseModel_GivesUpstreamsTokens(string name)
    {
        using ForeignTokenModel model = ForeignTokenModel.Coarse();
        RecordedGeneration.ExpectGenerate(name, model);
    }

    [Fact]
    public void Generate_RecordedDrawsOfAFineModel_GivesUpstreamsTokens()
    {
        using ForeignTokenModel model = ForeignTokenModel.Fine();
        RecordedGeneration.ExpectGenerate("generate_c2f_2", model);
    }

    [Fact]
    public void Generate_NothingMasked_ChangesNothing()
    {
        TokenGrid<long> codes = Codes(2, 5);

        Assert.Equal(codes.Values, Generate(codes, new TokenGrid<bool>(2, 3, 5), 3).Values);
    }

    [Fact]
    public void Generate_PartlyMasked_KeepsTheRestAndLeavesNoMask()
    {
        TokenGrid<long> codes = Codes(2, 20);
        TokenGrid<bool> mask = MaskFunctions.CodebookUnmask(MaskFunctions.Periodic(2, 3, 20, 3), 1);

        TokenGrid<long> result = Generate(codes, mask, 4);

        Assert.All(result.Values, code => Assert.InRange(code, 0, V - 1));
        Assert.All(
            Enumerable.Range(0, codes.Values.Length).Where(index => !mask.Values[index]),
            index => Assert.Equal(codes.Values[index], result.Values[index])
        );
    }

    [Fact]
    public void Generate_MaskedConditioning_IsSeenMaskedInTheFirstStepOnly()
    {
        ScriptedTokenModel model = new(3, 1, V, (_, _) => 0);
        TokenGrid<long> codes = Codes(1, 4);

        TokenGrid<long> result = TokenGenerator.Generate(
            model,
            codes,
            MaskFunctions.Full(1, 3, 4),
            new GenerateOptions { Steps = 2 },
            new SeededDraws(1),
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.All(model.Calls[0].Row(0, 0).ToArray(), code => Assert.Equal(V, code));
        Assert.Equal(codes.Row(0, 0).ToArray(), model.Calls[1].Row(0, 0).ToArray());
        Assert.Equal(codes.Row(0, 0).ToArray(), result.Row(0, 0).ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 3)]
    [InlineData(0.49, 2)]
    [InlineData(1, 4)]
    public void Generate_SampleCutoff_DrawsInTheStepsUpToIt(double cutoff, int expected)
    {
        CountedDraws draws = new();

        TokenGenerator.Generate(
            Model,
            Codes(1, 6),
            MaskFunctions.Full(1, 3, 6),
            new GenerateOptions { Steps = 4, SampleCutoff = cutoff },
            draws,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(expected, draws.TokenDraws);
        Assert.Equal(4, draws.UniformDraws);
    }

    [Fact]
    public void Generate_SingleToken_Ends()
    {
        ScriptedTokenModel model = new(1, 0, V, (_, entry) => entry == 4 ? 100 : 0);

        TokenGrid<long> result = TokenGenerator.Generate(
            model,
            new TokenGrid<long>(1, 1, 1),
            MaskFunctions.Full(1, 1, 1),
            new GenerateOptions { Steps = 5 },
            new SeededDraws(1),
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal([4L], result.Values);
    }

    [Fact]
    public void Generate_Observed_ReportsFewerMaskedTokensEachStep()
    {
        List<int> masked = [];

        TokenGenerator.Generate(
            Model,
            Codes(1, 30),
            MaskFunctions.Full(1, 3, 30),
            new GenerateOptions { Steps = 6 },
            new SeededDraws(1),
            step =>
            {
                Assert.Equal((masked.Count + 1, 6), (step.Step, step.Steps));
                masked.Add(step.Codes.Values.Count(code => code == V));
            },
            TestContext.Current.CancellationToken
        );

        // 90 MASK tokens before the first step, the conditioning codebook among them: floor(cos(k/6 * pi/2) * 90), limited by the 60
        // predicted.
        // In single precision the cosine of a third of pi is just under a half: 44, not 45.
        Assert.Equal([59, 58, 57, 44, 23, 0], masked);
    }

    [Fact]
    public void Generate_Cancelled_Stops()
    {
        using CancellationTokenSource cancel = new();

        Assert.Throws<OperationCanceledException>(() =>
            TokenGenerator.Generate(
                Model,
                Codes(1, 5),
                MaskFunctions.Full(1, 3, 5),
                new GenerateOptions(),
                new SeededDraws(1),
                _ => cancel.Cancel(),
                cancel.Token
            )
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Generate_LogitsNotFinite_IsRefused(float bad)
    {
        ScriptedTokenModel model = new(3, 1, V, (_, entry) => entry == 3 ? bad : 0);

        Assert.Equal(
            "VNR0401",
            Assert
                .Throws<RuntimeException>(() =>
                    TokenGenerator.Generate(
                        model,
                        Codes(1, 5),
                        MaskFunctions.Full(1, 3, 5),
                        new GenerateOptions(),
                        new SeededDraws(1),
                        null,
                        TestContext.Current.CancellationToken
                    )
                )
                .Id
        );
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(V + 1)]
    public void Generate_CodeOutOfRange_IsRefused(long code)
    {
        TokenGrid<long> codes = Codes(1, 5);
        codes[0, 2, 4] = code;

        RuntimeException error = Assert.Throws<RuntimeException>(() => Generate(codes, new TokenGrid<bool>(1, 3, 5), 1));

        Assert.Equal("VNR0205", error.Id);
        Assert.Contains($"the code {code} in piece 0, codebook 2, frame 4", error.Message);
    }

    [Fact]
    public void Generate_ShapesThatDisagree_AreAProgrammingError()
    {
        Assert.Throws<ArgumentException>(() => Generate(Codes(1, 5), new TokenGrid<bool>(1, 3, 6), 1));
        Assert.Throws<ArgumentException>(() => Generate(new TokenGrid<long>(1, 2, 5), new TokenGrid<bool>(1, 2, 5), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Generate(Codes(1, 5), new TokenGrid<bool>(1, 3, 5), 0));
    }

    [Fact]
    public void Step_AfterTheFirst_AllocatesNothing()
    {
        GenerateOptions options = new()
        {
            Steps = 3,
            Sampling = new()
            {
                FilterTypical = true,
                TopK = 9,
                TopP = 0.9f,
                TypicalMinimumTokens = 2,
            },
        };
        TokenGenerator.Run run = new(Model, Codes(2, 40), MaskFunctions.Full(2, 3, 40), options, new SeededDraws(1));
        Model.ComputeLogits(run.Codes, run.Logits, TestContext.Current.CancellationToken);
        run.Step(0, TestContext.Current.CancellationToken);

        long before = GC.GetAllocatedBytesForCurrentThread();
        run.Step(1, TestContext.Current.CancellationToken);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static TokenGrid<long> Codes(int batch, int frames) =>
        new(batch, 3, frames, [.. Enumerable.Range(0, batch * 3 * frames).Select(index => (long)(index * 5 % V))]);

    private static TokenGrid<long> Generate(TokenGrid<long> codes, TokenGrid<bool> mask, int steps) =>
        Generate(codes, mask, new GenerateOptions { Steps = steps }, 1);

    private static TokenGrid<long> Generate(TokenGrid<long> codes, TokenGrid<bool> mask, GenerateOptions options, ulong seed) =>
        TokenGenerator.Generate(
            Model,
            codes,
            mask,
            options,
            new SeededDraws(seed),
            cancellationToken: TestContext.Current.CancellationToken
        );

    private sealed class CountedDraws : IRandomDraws
    {
        private readonly SeededDraws _draws = new(1);

        public int TokenDraws { get; private set; }

        public int UniformDraws { get; private set; }

        public void FillUniforms(Span<float> destination)
        {
            UniformDraws++;
            _draws.FillUniforms(destination);
        }

        public int NextInteger(int limit) => _draws.NextInteger(limit);

        public void NextTokenDraw(int rows, int vocabulary)
        {
            TokenDraws++;
            _draws.NextTokenDraw(rows, vocabulary);
        }

        public void FillExponentials(int row, Span<float> destination) => _draws.FillExponentials(row, destination);
    }
}
