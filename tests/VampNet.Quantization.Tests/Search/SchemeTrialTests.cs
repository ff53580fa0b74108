using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Search;

public class SchemeTrialTests
{
    [Fact]
    public void Choose_EachKindOfOperator_TakesItsFastest()
    {
        SchemeTrial slow = Trial("MatMul", QuantizationScheme.Dynamic, 1.5, 30);
        SchemeTrial fast = Trial("MatMul", QuantizationScheme.Static, 1.9, 20);
        SchemeTrial losing = Trial("Conv", QuantizationScheme.Static, 0.7, 40);
        Assert.Equal([fast], SchemeTrial.Choose([slow, fast, losing], null));
    }

    [Fact]
    public void Choose_Goal_ComesBeforeSpeed()
    {
        SchemeTrial slow = Trial("MatMul", QuantizationScheme.Dynamic, 1.5, 30);
        SchemeTrial fast = Trial("MatMul", QuantizationScheme.Static, 1.9, 20);
        Assert.Equal([slow], SchemeTrial.Choose([slow, fast], new QualityGoal(GoalMetric.Sqnr, 25)));
        Assert.Equal([fast], SchemeTrial.Choose([slow, fast], new QualityGoal(GoalMetric.Sqnr, 35)));
    }

    [Fact]
    public void Choose_SlowerInOneTurn_IsNotChosen()
    {
        SchemeTrial trial = Trial("Conv", QuantizationScheme.Static, 1.4, 30);
        SpeedRatio uncertain = trial.Judgement.Speed with { Lowest = 0.99 };
        Assert.Empty(SchemeTrial.Choose([trial with { Judgement = trial.Judgement with { Speed = uncertain } }], null));
    }

    [Fact]
    public void Describe_Trial_NamesOperatorsSchemeAndRatio() =>
        Assert.Equal("Conv static 1.40x (turns from 1.40 to 1.40)", Trial("Conv", QuantizationScheme.Static, 1.4, 30).Describe());

    [Fact]
    public void Describe_TurnsThatContradict_NamesNoRatio()
    {
        SchemeTrial trial = Trial("Conv", QuantizationScheme.Static, 1.4, 30);
        SpeedRatio uncertain = trial.Judgement.Speed with { Lowest = 0.9 };
        Assert.Equal(
            "Conv static no difference measured (turns from 0.90 to 1.40)",
            (trial with { Judgement = trial.Judgement with { Speed = uncertain } }).Describe()
        );
    }

    private static SchemeTrial Trial(string operation, QuantizationScheme scheme, double ratio, double decibels) =>
        new(
            [operation],
            scheme,
            new QuantizationJudgement(
                new QuantizationLoss(OutputKind.Signal, 1, decibels, null, null, null),
                new SpeedRatio(10 * ratio, 10, ratio, ratio, ratio),
                100,
                26
            )
        );
}
