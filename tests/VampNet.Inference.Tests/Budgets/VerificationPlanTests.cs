using VampNet.Inference.Budgets;
using VampNet.Inference.Sessions;

namespace VampNet.Inference.Tests.Budgets;

public sealed class VerificationPlanTests
{
    [Fact]
    public void Default_Budgets_AreNamedOnceAndEachHasAReason()
    {
        VerificationPlan plan = VerificationPlan.Default;

        Assert.Equal(plan.Budgets.Length, plan.Budgets.DistinctBy(budget => budget.Name).Count());
        Assert.All(plan.Budgets, budget => Assert.False(string.IsNullOrWhiteSpace(budget.Reason)));
        Assert.Equal(1e-4, plan.Budget(VerificationPlan.TorchFloat32).MaxAbsoluteError);
        Assert.Equal(2e-4, plan.Budget(VerificationPlan.OnnxFloat32).MaxAbsoluteError);
        Assert.NotNull(plan.Budget(VerificationPlan.AudioFloat32).MaxAbsoluteError);
        Assert.Null(plan.Budget(VerificationPlan.CodecCodes).MaxAbsoluteError);
    }

    [Fact]
    public void Default_TransformerCases_CoverOneOddPastTheBucketsAndPastTheChunk()
    {
        int[] frames = [.. VerificationPlan.Default.TransformerCases.Select(each => each.Frames)];

        Assert.Contains(1, frames);
        Assert.Contains(frames, each => each is > 1 and < 128 && each % 2 == 1);
        Assert.Contains(frames, each => each is > 128 and < 575);
        Assert.Contains(frames, each => each >= 575);
        Assert.Contains(VerificationPlan.Default.TransformerCases, each => each.Batch > 1);
    }

    [Theory]
    [InlineData(VerificationPlan.OnnxFloat32)]
    [InlineData(VerificationPlan.AudioFloat32)]
    [InlineData(VerificationPlan.CodecCodes)]
    public void BudgetOnProvider_OtherThanTheProcessor_IsOneOfItsOwn(string name)
    {
        VerificationPlan plan = VerificationPlan.Default with { Provider = new SessionProvider("cuda:0 use_tf32=0", _ => { }) };

        Assert.Equal(name, VerificationPlan.Default.BudgetOnProvider(name).Name);
        Assert.Equal($"{name}-cuda", plan.BudgetOnProvider(name).Name);
    }

    [Fact]
    public void Budget_UnknownName_IsRefusedWithTheKnownNames()
    {
        InferenceException error = Assert.Throws<InferenceException>(() => VerificationPlan.Default.Budget("onnx-int8-guess"));

        Assert.Equal("VNI0101", error.Id);
        Assert.Contains(VerificationPlan.OnnxFloat32, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"seed":1,"mask_share":0,"transformer_cases":[],"codec_cases":[],"budgets":[],"tolerance":1}""")]
    public void Parse_NoPlan_IsRefused(string json) =>
        Assert.Equal("VNI0102", Assert.Throws<InferenceException>(() => VerificationPlan.Parse(json)).Id);
}
