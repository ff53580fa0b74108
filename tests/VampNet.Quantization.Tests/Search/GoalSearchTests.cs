using VampNet.Onnx;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Search;

public sealed class GoalSearchTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Fact]
    public void Run_GoalThatHoldsAtOnce_SparesNothing()
    {
        QuantizationResult result = Run("coarse.onnx", "sqnr>=10");
        GoalStep step = Assert.Single(result.Goal!.Steps);
        Assert.Equal((0, 0L, true), (step.Spared, step.Bytes, step.Met));
        Assert.Empty(result.Goal.Nodes);
    }

    [Fact]
    public void Run_GoalWithinReach_SparesTheFewestOfTheCostliest()
    {
        QuantizationResult whole = Run("coarse.onnx", "sqnr>=10");
        string goal = FormattableString.Invariant($"sqnr>={whole.Goal!.Chosen.Value + 4:0.##}");
        QuantizationRequest request = Request("coarse.onnx", goal);
        QuantizationResult result = Run(request);

        GoalOutcome outcome = result.Goal!;
        Assert.True(outcome.Met);
        Assert.InRange(outcome.Chosen.Spared, 1, outcome.Nodes.Length - 1);
        Assert.Equal(whole.Report.Quantized.Length - outcome.Chosen.Spared, result.Report.Quantized.Length);
        Assert.Equal(outcome.Chosen.Value, result.Judgement!.Loss.SignalToNoise!.Value, 1e-9);
        Assert.Contains(outcome.Steps, step => !step.Met && step.Spared == outcome.Chosen.Spared - 1);
        Assert.Equal(
            outcome.Nodes.OrderByDescending(node => node.CostPerByte).Select(node => node.Output),
            outcome.Nodes.Select(node => node.Output)
        );
        Assert.Equal(outcome.Nodes.Take(outcome.Chosen.Spared).Sum(node => node.Bytes), outcome.Chosen.Bytes);
        Assert.Equal(
            outcome.Chosen.Spared,
            result.Report.Kept.Count(kept => kept.Reason == "returned to floating point for the quality goal")
        );

        using Model model = ModelReader.Read(request.Output);
        Assert.Equal(outcome.ToString(), model.Metadata[QuantizationRun.GoalKey]);
        Assert.StartsWith("0:", model.Metadata[QuantizationRun.GoalStepsKey], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GoalOutOfReach_WritesTheBestAndSaysSo()
    {
        QuantizationRequest request = Request("coarse.onnx", "kl<=0");
        QuantizationResult result = Run(request);
        Assert.False(result.Goal!.Met);
        Assert.Equal(result.Goal.Steps.Min(step => step.Value), result.Goal.Chosen.Value);
        Assert.NotEmpty(result.Report.Quantized);

        using Model model = ModelReader.Read(request.Output);
        Assert.StartsWith("kl<=0 missed at ", model.Metadata[QuantizationRun.GoalKey], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StaticGoal_CalibratesOnce()
    {
        List<string> steps = [];
        QuantizationRequest request = Request("codec_encoder.onnx", "codes>=1") with
        {
            Scheme = QuantizationScheme.Static,
            Selection = new() { Include = ["*block.1*"] },
            Calibration = new() { SeededSamples = 1, AcceptsSeeds = true },
            Extent = 2000,
        };
        QuantizationResult result = QuantizationRun.Run(request, new Recorder(steps), TestContext.Current.CancellationToken);
        Assert.Equal(["searching", "calibrating"], steps[..2]);
        Assert.Equal(["writing", "judging"], steps[^2..]);
        int nodes = result.Goal!.Nodes.Length;
        string[] ranking = [.. steps[2..^2].TakeWhile(step => step.StartsWith("ranking ", StringComparison.Ordinal))];
        Assert.Equal((10, $"ranking node 1 of {nodes}"), (ranking.Length, ranking[0]));
        Assert.All(ranking[1..], step => Assert.Matches($"^ranking node [0-9]+ of {nodes}, [0-9]+ s left$", step));
        Assert.Equal(
            result.Goal.Steps.Skip(1).Select(step => $"trying {step.Spared} of {nodes} nodes in floating point"),
            steps[(2 + ranking.Length)..^2]
        );
        Assert.Equal(result.Goal.Chosen.Value, result.Judgement!.Loss.Tokens!.Share);
    }

    [Fact]
    public void Run_SmoothedGoal_RanksWhatIsWritten()
    {
        QuantizationRequest request = Request("coarse.onnx", "kl<=0") with { SmoothQuant = true, Gptq = true };
        QuantizationResult result = Run(request);
        Assert.Equal(15, result.Goal!.Nodes.Length);
        Assert.Equal(9, result.Smoothing!.Smoothed.Length);
        Assert.Equal(result.Goal.Chosen.Value, result.Judgement!.Loss.Divergence!.Value, 1e-12);
    }

    [Theory]
    [InlineData("coarse.onnx", "codes>=0.5", "nll, kl, top1, top5 or sqnr")]
    [InlineData("codec_decoder.onnx", "top1>=0.5", "si-sdr or sqnr")]
    public void Run_MetricThatTheOutputLacks_IsRefused(string graph, string goal, string expected)
    {
        QuantizationScheme scheme = graph == "coarse.onnx" ? QuantizationScheme.Dynamic : QuantizationScheme.Static;
        QuantizationException exception = Assert.Throws<QuantizationException>(() =>
            Run(
                Request(graph, goal) with
                {
                    Scheme = scheme,
                    Calibration = new() { SeededSamples = 1 },
                }
            )
        );
        Assert.Equal("VNQ0103", exception.Id);
        Assert.EndsWith($"Expected a goal of {expected}.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NatsWithoutRealCodes_IsRefused()
    {
        QuantizationException exception = Assert.Throws<QuantizationException>(() => Run("coarse.onnx", "nll<=+0.005"));
        Assert.Equal("VNQ0103", exception.Id);
        Assert.Contains("--judge-on", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GoalWithoutSamples_IsAnArgumentError() =>
        Assert.Throws<ArgumentException>(() => Run(Request("coarse.onnx", "kl<=1") with { JudgedSamples = 0 }));

    private QuantizationResult Run(string graph, string goal) => Run(Request(graph, goal));

    private static QuantizationResult Run(QuantizationRequest request) =>
        QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

    private QuantizationRequest Request(string graph, string goal)
    {
        Assert.True(QualityGoal.TryParse(goal, out QualityGoal? parsed));
        return micro.Request(graph) with { Goal = parsed, Extent = 13, JudgedSamples = 2 };
    }

    private sealed class Recorder(List<string> steps) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => steps.Add(value.ToString());
    }
}
