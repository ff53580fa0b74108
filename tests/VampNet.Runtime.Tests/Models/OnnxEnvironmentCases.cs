using Microsoft.ML.OnnxRuntime;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

/// <summary>What <see cref="OnnxEnvironmentTests"/> runs, each case in a process in which nothing has touched ONNX Runtime yet.</summary>
public sealed class OnnxEnvironmentCases(ExportedModels exported)
{
    [Fact(Explicit = true)]
    public void Ensure_NoEnvironment_MakesOneWithAPool()
    {
        Assert.True(OnnxEnvironment.Ensure(threads: 1));
        RequireModelsRun();
    }

    [Fact(Explicit = true)]
    public void Ensure_ApplicationsEnvironmentWithoutAPool_GivesSessionsTheirOwn()
    {
        OrtEnv.Instance();

        Assert.False(OnnxEnvironment.Ensure(threads: 1));
        RequireModelsRun();
    }

    [Fact(Explicit = true)]
    public void Ensure_ApplicationsEnvironmentWithAPool_SharesIt()
    {
        using OrtThreadingOptions threading = new() { GlobalIntraOpNumThreads = 1 };
        EnvironmentCreationOptions creation = new() { threadOptions = threading };
        OrtEnv.CreateInstanceWithOptions(ref creation);

        Assert.True(OnnxEnvironment.Ensure(threads: 1));
        RequireModelsRun();
    }

    [Fact(Explicit = true)]
    public void Ensure_ApplicationMakesOneMeanwhile_LoadsWhoeverWins()
    {
        using Barrier together = new(2);
        Thread application = new(() =>
        {
            together.SignalAndWait(TestContext.Current.CancellationToken);
            OrtEnv.Instance();
        });
        application.Start();
        together.SignalAndWait(TestContext.Current.CancellationToken);
        OnnxEnvironment.Ensure(threads: 1);
        application.Join();

        RequireModelsRun();
    }

    private void RequireModelsRun()
    {
        float[] logits = new float[3 * 4 * 64];

        exported.Micro.Coarse.ComputeLogits(new TokenGrid<long>(1, 4, 3), logits, TestContext.Current.CancellationToken);

        Assert.All(logits, logit => Assert.True(float.IsFinite(logit) && logit != 0));
    }
}
