using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

public sealed class RewritePipelineTests
{
    /// <summary>The exported graphs are compared through a logarithm and a softmax over some hundred operators.</summary>
    private const double ForeignBudget = 5e-6;

    private sealed class RenamingPass : RewritePass
    {
        public override NumericalEffect Effect => NumericalEffect.Exact;

        public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records) => true;
    }

    private sealed class BreakingPass : RewritePass
    {
        public override NumericalEffect Effect => NumericalEffect.Exact;

        public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
        {
            model.OpsetImports.Clear();
            return true;
        }
    }

    private sealed class DemandingPass : RewritePass
    {
        public override GraphProperties Requires => GraphProperties.Folded;

        public override NumericalEffect Effect => NumericalEffect.Exact;

        public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records) => false;
    }

    private sealed class FlipFlopRule : RewriteRule
    {
        public override NumericalEffect Effect => NumericalEffect.Exact;

        public override ImmutableArray<string> Anchors => ["Neg"];

        public override RuleOutcome Apply(Node node, RewriteContext context)
        {
            PatchBuilder patch = new();
            return patch.Replace(node.Outputs[0], patch.Node("Neg", [node.Inputs[0]!])).Build();
        }
    }

    private static Model Small()
    {
        GraphBuilder g = new("g", 20);
        g.Output(g.Node("Neg", "n", [g.Input("x", ElementType.Float, 3)]), "y", ElementType.Float, 3);
        return g.Build();
    }

    [Theory]
    [InlineData("coarse_torch_export.onnx", RewriteTarget.Portable, 123)]
    [InlineData("coarse_torch_export.onnx", RewriteTarget.OnnxRuntime, 54)]
    [InlineData("c2f_torch_export.onnx", RewriteTarget.Portable, 123)]
    [InlineData("c2f_torch_export.onnx", RewriteTarget.OnnxRuntime, 54)]
    public void Run_ForeignTransformer_IsSmallAndEqualAtEveryLength(string name, RewriteTarget target, int mostNodes)
    {
        using Model original = ModelReader.Read(GoldenModels.Foreign(name));
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        RewriteReport report = RewritePipeline.Default.Run(model, target);
        Assert.InRange(report.NodesAfter, 1, mostNodes);
        Assert.All(
            model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Uses.Count > 0),
            value => Assert.NotNull(value.TensorType?.Shape)
        );
        foreach ((int batch, int time) in new[] { (1, 1), (1, 20), (1, 61), (3, 17), (2, 140) })
        {
            NamedOnnxValue[] inputs = [Latents(model, batch, time)];
            RuleHarness.AssertClose(
                OrtRunner.Run(ModelWriter.ToBytes(original), inputs),
                OrtRunner.Run(ModelWriter.ToBytes(model), inputs),
                ForeignBudget
            );
        }
    }

    [Theory]
    [InlineData(RewriteTarget.Portable)]
    [InlineData(RewriteTarget.OnnxRuntime)]
    public void Run_ForeignCodecDecoder_IsSmallAndEqual(RewriteTarget target)
    {
        using Model original = ModelReader.Read(GoldenModels.Foreign("codec_decoder_torch_export.onnx"));
        using Model model = ModelReader.Read(GoldenModels.Foreign("codec_decoder_torch_export.onnx"));
        RewriteReport report = RewritePipeline.Default.Run(model, target);
        Assert.InRange(report.NodesAfter, 1, report.NodesBefore / 3);
        Assert.False(report.After.ContainsKey("Reshape"));
        NamedOnnxValue[] inputs = [Latents(model, 2, 5)];
        RuleHarness.AssertClose(
            OrtRunner.Run(ModelWriter.ToBytes(original), inputs),
            OrtRunner.Run(ModelWriter.ToBytes(model), inputs),
            ForeignBudget
        );
    }

    [Fact]
    public void Run_EveryNodeModel_KeepsItValid()
    {
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            RewriteReport report = RewritePipeline.Default.Run(model, RewriteTarget.OnnxRuntime);
            Assert.True(ModelVerifier.Verify(model).IsEmpty, name);
            Assert.True(report.NodesAfter <= report.NodesBefore + 3, $"{name}: {report.NodesBefore} -> {report.NodesAfter}");
        }
    }

    [Fact]
    public void Run_Twice_ChangesNothingMore()
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign("coarse_torch_export.onnx"));
        RewritePipeline.Default.Run(model, RewriteTarget.OnnxRuntime);
        string once = ModelPrinter.Print(model);
        RewriteReport again = RewritePipeline.Default.Run(model, RewriteTarget.OnnxRuntime);
        Assert.Equal(once, ModelPrinter.Print(model));
        Assert.Equal((1, NumericalEffect.Exact), (again.Rounds, again.Effect));
        Assert.DoesNotContain(again.Records, record => record.Fired);
    }

    [Fact]
    public void Run_Records_SayWhatFiredAndWhyNot()
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign("coarse_torch_export.onnx"));
        RewriteReport report = RewritePipeline.Default.Run(model, RewriteTarget.Portable);
        Assert.Contains(report.Records, record => record is { Fired: true, Rule: "EinsumToMatMul" });
        Assert.Equal(2, report.Records.Count(record => record is { Fired: true, Rule: "MergeProjections" }));
        Assert.Contains(
            report.Records,
            record => record is { Fired: false, Rule: "FuseAttention" } && record.Reason!.Contains("opset 23", StringComparison.Ordinal)
        );
        Assert.Equal(NumericalEffect.Rounded, report.Effect);
    }

    [Fact]
    public void Run_PassesThatNeverRest_AreAnError() =>
        Assert.Equal(
            DiagnosticIds.NoFixpoint,
            Assert
                .Throws<OnnxException>(() =>
                    new RewritePipeline(new PipelineStep(new RenamingPass(), "test")).Run(Small(), RewriteTarget.Portable)
                )
                .Id
        );

    [Fact]
    public void Run_RulesThatNeverRest_AreAnError() =>
        Assert.Equal(
            DiagnosticIds.NoFixpoint,
            Assert.Throws<OnnxException>(() => new RulesPass("test", new FlipFlopRule()).Run(Small(), RewriteTarget.Portable, [])).Id
        );

    [Fact]
    public void Run_PassThatBreaksTheGraph_IsAnError() =>
        Assert.Equal(
            DiagnosticIds.PassBrokeGraph,
            Assert
                .Throws<OnnxException>(() =>
                    new RewritePipeline(new PipelineStep(new BreakingPass(), "test")).Run(Small(), RewriteTarget.Portable)
                )
                .Id
        );

    [Fact]
    public void Run_InvalidModel_IsRefused()
    {
        Model model = Small();
        model.OpsetImports.Clear();
        Assert.Equal(
            DiagnosticIds.OpsetMissing,
            Assert.Throws<OnnxException>(() => RewritePipeline.Default.Run(model, RewriteTarget.Portable)).Id
        );
    }

    [Fact]
    public void New_PassWhoseRequirementNothingEnsures_IsRefused() =>
        Assert.Contains(
            "Folded",
            Assert.Throws<ArgumentException>(() => new RewritePipeline(new PipelineStep(new DemandingPass(), "test"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void New_FusionsBeforeFolding_AreRefused()
    {
        ImmutableArray<PipelineStep> steps = RewritePipeline.Default.Steps;
        Assert.Throws<ArgumentException>(() => new RewritePipeline([.. steps.Reverse()]));
        Assert.Throws<ArgumentException>(() => new RewritePipeline(steps.RemoveAll(step => step.Pass.Name == "FoldConstants")));
    }

    [Fact]
    public void Default_EveryStep_SaysWhyItStandsThere() => Assert.All(RewritePipeline.Default.Steps, step => Assert.NotEmpty(step.Reason));

    private static NamedOnnxValue Latents(Model model, int batch, int time)
    {
        Value input = model.Graph.Inputs[0];
        Assert.True(input.TensorType!.Shape![1].TryGetConstant(out long channels));
        Random random = new(time);
        float[] values = [.. Enumerable.Range(0, batch * (int)channels * time).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        return NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(values, [batch, (int)channels, time]));
    }
}
