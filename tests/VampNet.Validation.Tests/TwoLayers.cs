using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests;

/// <summary>A coarse model of two layers, exported and compared with TorchSharp.</summary>
internal static class TwoLayers
{
    /// <summary>Asserts that every output is within its budget, every token equal, and both layers were compared.</summary>
    public static void AssertPasses(ModelFolder folder, CheckpointFiles files, int opset, ExportTarget target)
    {
        ExportRun.Run(
            files.ToRequest(folder.Path) with
            {
                Options = new ExportOptions { Opset = opset, Target = target },
            },
            cancellationToken: TestContext.Current.CancellationToken
        );

        VerificationReport report = FolderVerification.Run(
            folder,
            files,
            VerificationPlan.Default,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.True(report.Passed, VerdictMarkdown.Write(report));
        GraphVerdict coarse = Assert.Single(report.Verdicts, verdict => verdict.File == "coarse.onnx");
        Assert.Equal(0, coarse.Tokens!.Disagreements);
        Assert.Equal(2, coarse.Layers!.Layers.Length);
    }
}
