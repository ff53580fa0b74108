using VampNet.Inference.Budgets;
using VampNet.Inference.Sessions;
using VampNet.Validation.Parity;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests.Parity;

public sealed class TransformerParityTests
{
    private const int Codebooks = 3;
    private const int Vocabulary = 5;
    private static readonly Budget Budget = new("test", 1e-3, 2e-3, "for tests");

    [Fact]
    public void Judge_EqualGraph_PassesAtEverySizeOfThePlan()
    {
        GraphVerdict verdict = Judge(FakeLogits);

        Assert.True(verdict.Passed);
        Assert.Equal("fake", verdict.Reference);
        Assert.Equal(VerificationPlan.Default.TransformerCases, verdict.Cases.Select(each => each.Case));
        Assert.Equal(0, verdict.Worst!.AbsoluteError);
    }

    [Fact]
    public void Judge_OneLogitOffInTheLongestCase_FailsAndNamesIt()
    {
        GraphVerdict verdict = Judge(codes =>
        {
            FloatTensor logits = FakeLogits(codes);
            if (codes.Frames == 575)
            {
                logits.Values[^1] += 0.25f;
            }

            return logits;
        });

        Assert.False(verdict.Passed);
        Assert.Equal([0, 574, 1, Vocabulary - 1], verdict.Worst!.Index);
        Assert.Equal([true, true, true, false], verdict.Cases.Select(each => each.Passed));
    }

    [Fact]
    public void Judge_NaNOnBothSides_Fails()
    {
        FloatTensor Broken(CodesTensor codes)
        {
            FloatTensor logits = FakeLogits(codes);
            logits.Values[0] = float.NaN;
            return logits;
        }

        Assert.False(
            TransformerParity
                .Judge(
                    "g",
                    Codebooks,
                    Vocabulary,
                    ("fake", Broken),
                    Broken,
                    VerificationPlan.Default,
                    Budget,
                    null,
                    TestContext.Current.CancellationToken
                )
                .Passed
        );
    }

    [Fact]
    public void Judge_OtherShape_IsRefused()
    {
        ValidationException error = Assert.Throws<ValidationException>(() =>
            Judge(codes => new FloatTensor(new float[Vocabulary], [1, 1, 1, Vocabulary]))
        );

        Assert.Equal("VNV0203", error.Id);
        Assert.Contains("[1, 1, 2, 5]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_Cancelled_StopsBeforeTheNextRun()
    {
        using var source = new CancellationTokenSource();
        int runs = 0;

        Assert.Throws<OperationCanceledException>(() =>
            TransformerParity.Judge(
                "g",
                Codebooks,
                Vocabulary,
                ("fake", FakeLogits),
                codes =>
                {
                    runs++;
                    source.Cancel();
                    return FakeLogits(codes);
                },
                VerificationPlan.Default,
                Budget,
                cancellationToken: source.Token
            )
        );
        Assert.Equal(1, runs);
    }

    private static GraphVerdict Judge(Func<CodesTensor, FloatTensor> graph) =>
        TransformerParity.Judge(
            "g",
            Codebooks,
            Vocabulary,
            ("fake", FakeLogits),
            graph,
            VerificationPlan.Default,
            Budget,
            null,
            TestContext.Current.CancellationToken
        );

    // [B,T,P,V] with P = 2, a different value everywhere, dependent on the codes.
    private static FloatTensor FakeLogits(CodesTensor codes)
    {
        long sum = codes.Values.Sum();
        int count = codes.Batch * codes.Frames * 2 * Vocabulary;
        return new([.. Enumerable.Range(0, count).Select(i => MathF.Sin(i + sum))], [codes.Batch, codes.Frames, 2, Vocabulary]);
    }
}
