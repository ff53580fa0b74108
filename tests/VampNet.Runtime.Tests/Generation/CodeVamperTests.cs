using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Generation;

public sealed class CodeVamperTests
{
    private static readonly ScriptedTokenModel Coarse = new(2, 0, 7, (token, entry) => MathF.Sin(token * 7 + entry * 3));
    private static readonly ScriptedTokenModel Fine = new(5, 2, 7, (token, entry) => MathF.Cos(token * 5 + entry * 2));
    private static readonly VampCodesOptions Options = new()
    {
        CoarseChunkFrames = 8,
        FineChunkFrames = 3,
        Coarse = new() { Steps = 2 },
    };

    [Theory]
    [InlineData("vamp")]
    [InlineData("vamp_batch_feedback_stretch")]
    public void Vamp_RecordedDraws_GivesUpstreamsTokens(string name)
    {
        using ForeignTokenModel coarse = ForeignTokenModel.Coarse(),
            fine = ForeignTokenModel.Fine();
        RecordedGeneration.ExpectVamp(name, coarse, fine);
    }

    [Fact]
    public void Vamp_FewerCodebooksThanTheFineModel_AddsThem()
    {
        (TokenGrid<long> codes, TokenGrid<long> masked) = Vamp(new TokenGrid<long>(1, 2, 20), MaskFunctions.Full(1, 5, 20), Options);

        Assert.Equal((1, 5, 20), (codes.Batch, codes.Codebooks, codes.Frames));
        Assert.Equal((1, 5, 20), (masked.Batch, masked.Codebooks, masked.Frames));
        Assert.All(codes.Values, code => Assert.InRange(code, 0, 6));
    }

    [Fact]
    public void Vamp_AnythingKeptInAChunk_KeepsItsEnds()
    {
        TokenGrid<bool> mask = MaskFunctions.Full(1, 5, 20);
        mask[0, 1, 10] = false;

        (_, TokenGrid<long> masked) = Vamp(new TokenGrid<long>(1, 5, 20), mask, Options);

        // Chunks of 8: only the second keeps anything.
        Assert.Equal([8, 15], Enumerable.Range(0, 20).Where(frame => masked[0, 0, frame] != 7));
        Assert.Equal([8, 10, 15], Enumerable.Range(0, 20).Where(frame => masked[0, 1, frame] != 7));
    }

    [Fact]
    public void Vamp_ReportsEveryStepOfEveryChunk()
    {
        List<VampProgress> reports = [];

        Vamp(new TokenGrid<long>(1, 5, 20), MaskFunctions.Full(1, 5, 20), Options with { FeedbackSteps = 2 }, new Listener(reports));

        Assert.Equal(
            Enumerable.Range(0, 12).Select(index => new VampProgress(VampStage.Coarse, index / 2 + 1, 6, index % 2 + 1, 2)),
            reports.Take(12)
        );
        Assert.Equal(
            Enumerable.Range(0, 14).Select(index => new VampProgress(VampStage.Fine, index / 2 + 1, 7, index % 2 + 1, 2)),
            reports.Skip(12)
        );
    }

    [Fact]
    public void Vamp_ShapesThatDisagree_AreAProgrammingError()
    {
        Assert.Throws<ArgumentException>(() => Vamp(new TokenGrid<long>(1, 1, 20), MaskFunctions.Full(1, 5, 20), Options));
        Assert.Throws<ArgumentException>(() => Vamp(new TokenGrid<long>(1, 6, 20), MaskFunctions.Full(1, 5, 20), Options));
        Assert.Throws<ArgumentException>(() => Vamp(new TokenGrid<long>(1, 5, 20), MaskFunctions.Full(1, 4, 20), Options));
        Assert.Throws<ArgumentException>(() => Vamp(new TokenGrid<long>(1, 5, 20), MaskFunctions.Full(1, 5, 19), Options));
        Assert.Throws<ArgumentException>(() => Vamp(new TokenGrid<long>(2, 5, 20), MaskFunctions.Full(1, 5, 20), Options));
    }

    [Fact]
    public void Vamp_MoreThanMemoryCanName_IsRefusedBeforeAnyWork()
    {
        ScriptedTokenModel coarse = new(2, 0, 7, (_, _) => 0);

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CodeVamper.Vamp(
                coarse,
                Fine,
                new TokenGrid<long>(1, 5, 20),
                MaskFunctions.Full(1, 5, 20),
                Options with
                {
                    TimeStretchFactor = 1 << 30,
                },
                new SeededDraws(1),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Throws<ArgumentException>(() =>
            TokenGenerator.Generate(
                new ScriptedTokenModel(3, 0, 1 << 22, (_, _) => 0),
                new TokenGrid<long>(1, 3, 400),
                MaskFunctions.Full(1, 3, 400),
                new GenerateOptions(),
                new SeededDraws(1),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Empty(coarse.Calls);
    }

    public static TheoryData<VampCodesOptions> OutOfRange =>
        [
            Options with
            {
                BatchSize = 0,
            },
            Options with
            {
                FeedbackSteps = 0,
            },
            Options with
            {
                TimeStretchFactor = 0,
            },
            Options with
            {
                CoarseChunkFrames = 0,
            },
            Options with
            {
                CoarseChunkFrames = int.MaxValue,
            },
            Options with
            {
                FineChunkFrames = int.MaxValue,
            },
            Options with
            {
                FineChunkFrames = 0,
            },
            Options with
            {
                Fine = new() { Steps = 0 },
            },
        ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_OutOfRange_IsRefused(VampCodesOptions options) => Assert.Throws<ArgumentOutOfRangeException>(options.Validate);

    private static (TokenGrid<long> Codes, TokenGrid<long> Masked) Vamp(
        TokenGrid<long> codes,
        TokenGrid<bool> mask,
        VampCodesOptions options,
        IProgress<VampProgress>? progress = null
    ) => CodeVamper.Vamp(Coarse, Fine, codes, mask, options, new SeededDraws(1), progress, TestContext.Current.CancellationToken);

    private sealed class Listener(List<VampProgress> reports) : IProgress<VampProgress>
    {
        public void Report(VampProgress value) => reports.Add(value);
    }
}
