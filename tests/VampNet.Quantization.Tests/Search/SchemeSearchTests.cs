using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Search;

public sealed class SchemeSearchTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Fact]
    public void Run_Decoder_TriesConvolutionsAndTransposedOnesApart()
    {
        List<string[]> quantized = [];
        ModelQuantizer quantizer = new(Request("codec_decoder.onnx"), null, TestContext.Current.CancellationToken);
        ImmutableArray<SchemeTrial> trials = new SchemeSearch(
            quantizer,
            candidate =>
            {
                using Model model = ModelReader.Read(candidate);
                quantized.Add([
                    .. model
                        .Graph.Nodes.Where(node =>
                            node.Input(1)?.Producer is { OpType: "DequantizeLinear" } restore && restore.Inputs[0]!.IsConstant
                        )
                        .Select(node => node.OpType)
                        .Distinct(),
                ]);
                return Judgement(quantized.Count == 1 ? 1.5 : 0.8);
            }
        ).Run();

        Assert.Equal(
            [
                ["Conv"],
                ["ConvTranspose"],
            ],
            quantized
        );
        Assert.Equal([QuantizationScheme.Static, QuantizationScheme.Static], trials.Select(trial => trial.Scheme));

        quantizer.Followed = SchemeTrial.Choose(trials, null);
        string output = Path.Combine(micro.Root, "auto.onnx");
        QuantizationReport report = quantizer.Write(new(), output);
        Assert.Equal("static Conv, stored ConvTranspose", report.Scheme);
        Assert.Equal(["Conv", "ConvTranspose"], report.Quantized.Select(weight => weight.OpType).Distinct().Order(StringComparer.Ordinal));
        Assert.All(
            report.Quantized.Where(weight => weight.OpType == "ConvTranspose"),
            weight => Assert.Equal("int8 per channel, computed in float32", weight.Format)
        );

        // In the file alone: the runtime restores these weights when it loads the graph.
        using Model written = ModelReader.Read(output);
        Assert.All(
            written.Graph.Nodes.Where(node => node.Is("ConvTranspose")),
            node => Assert.Equal("Mul", node.Inputs[1]!.Producer!.OpType)
        );
        using GraphSession session = new(output);
        Assert.NotEmpty(session.RunFirst(SampleMaker.For(written).Seeded(1, 1, 3).Single()).Values);
    }

    [Fact]
    public void Run_TransposedConvolutionsThatGain_AreComputedInIntegers()
    {
        ModelQuantizer quantizer = new(Request("codec_decoder.onnx"), null, TestContext.Current.CancellationToken);
        quantizer.Followed = [new SchemeTrial(["ConvTranspose"], QuantizationScheme.Static, Judgement(2))];
        QuantizationReport report = quantizer.Write(new(), Path.Combine(micro.Root, "transposed.onnx"));
        Assert.Equal("static ConvTranspose", report.Scheme);
        Assert.All(report.Quantized, weight => Assert.DoesNotContain("float32", weight.Format, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NoWeightForAnyScheme_IsRefused()
    {
        QuantizationRequest request = Request("coarse.onnx") with { Selection = new() { Exclude = ["*"] } };
        SchemeSearch search = new(new ModelQuantizer(request, null, TestContext.Current.CancellationToken), _ => Judgement(2));
        Assert.Equal(DiagnosticIds.NothingToQuantize, Assert.Throws<OnnxException>(() => search.Run()).Id);
    }

    [Fact]
    public void NoneIsFaster_Trials_AreNamed()
    {
        QuantizationException exception = SchemeTrial.NoneIsFaster(
            "some.onnx",
            [new SchemeTrial(["Conv"], QuantizationScheme.Static, Judgement(0.5))]
        );
        Assert.Equal("VNQ0104", exception.Id);
        Assert.Contains("some.onnx: Conv static 0.50x (turns from 0.50 to 0.50).", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoneIsFaster_TrialsThatGainAlone_SaysThatTheWholeDidNot() =>
        Assert.Contains(
            "did not gain when it was measured again",
            SchemeTrial.NoneIsFaster("some.onnx", [new SchemeTrial(["Conv"], QuantizationScheme.Static, Judgement(1.5))]).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Find_GraphThatGainsNothing_LeavesOutTheSchemeThatGainsLeast()
    {
        SchemeTrial products = new(["MatMul"], QuantizationScheme.Dynamic, Judgement(1.9)),
            convolutions = new(["Conv"], QuantizationScheme.Static, Judgement(1.1));
        List<int> tried = [];
        QuantizationResult? result = FasterGraph.Find(
            [products, convolutions],
            followed =>
            {
                tried.Add(followed.Length);
                return new QuantizationResult(new QuantizationReport("", [], []), Judgement(followed.Length == 1 ? 1.5 : 0.9));
            }
        );

        Assert.Equal([2, 1], tried);
        Assert.Equal(1.5, result!.Judgement!.Speed.Ratio);
    }

    [Fact]
    public void Find_NothingGains_IsNull() =>
        Assert.Null(
            FasterGraph.Find(
                [new SchemeTrial(["Conv"], QuantizationScheme.Static, Judgement(1.1))],
                _ => new QuantizationResult(new QuantizationReport("", [], []), Judgement(1))
            )
        );

    [Fact]
    public void Run_GraphTooSmallToGain_IsRefusedOrMixed()
    {
        // Whether a micro graph gains depends on the machine; either answer must be whole.
        QuantizationRequest request = Request("coarse.onnx");
        try
        {
            QuantizationResult result = QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Contains(result.Trials, trial => trial.Judgement.Speed.Lowest > 1);
            Assert.True(File.Exists(request.Output));
            Assert.StartsWith("recommend: int8", result.Judgement!.Recommend("int8"), StringComparison.Ordinal);
            Assert.True(result.Judgement.Speed.Lowest > 1);
        }
        catch (QuantizationException error) when (error.Id == "VNQ0104")
        {
            Assert.Contains("MatMul/Gemm dynamic", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(request.Output));
        }

        // Asked to be content with float32, it always answers.
        QuantizationResult content = QuantizationRun.Run(
            request with
            {
                OrFloat32 = true,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(content.Report.Quantized.IsEmpty, content.Judgement is null);
        Assert.True(File.Exists(request.Output));
    }

    [Fact]
    public void WriteFloat32_AnyGraph_IsWrittenAsItIsWithEveryConstantListed()
    {
        QuantizationRequest request = Request("coarse.onnx");
        ModelQuantizer quantizer = new(request, null, TestContext.Current.CancellationToken);
        QuantizationReport report = quantizer.WriteFloat32(request.Output);
        Assert.Equal(("float32", 0), (report.Scheme, report.Quantized.Length));
        using Model original = ModelReader.Read(request.Input);
        using Model written = ModelReader.Read(request.Output);
        Assert.Equal(
            original.Graph.Initializers.Where(value => value.Constant is { ElementType: ElementType.Float }).Select(value => value.Name),
            report.Kept.Select(kept => kept.Tensor)
        );
        Assert.Equal(original.Graph.Nodes.Select(node => node.OpType), written.Graph.Nodes.Select(node => node.OpType));
        Assert.False(written.Metadata.ContainsKey(QuantizationReport.SchemeKey));
        Assert.Equal(
            double.PositiveInfinity,
            QuantizationJudge
                .Judge(
                    request.Input,
                    request.Output,
                    [SampleMaker.For(written).Seeded(1, 1, 3).Single()],
                    cancellationToken: TestContext.Current.CancellationToken
                )
                .Loss.SignalToNoise
        );
    }

    [Fact]
    public void Run_AutoWithoutSamples_IsAnArgumentError()
    {
        QuantizationRequest request = Request("coarse.onnx") with { JudgedSamples = 0 };
        Assert.Throws<ArgumentException>(() => QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => QuantizationRun.Quantize(request, cancellationToken: TestContext.Current.CancellationToken));
    }

    private QuantizationRequest Request(string graph) =>
        micro.Request(graph) with
        {
            Scheme = QuantizationScheme.Auto,
            Calibration = new() { SeededSamples = 1 },
            Extent = 9,
            JudgedSamples = 2,
        };

    private static QuantizationJudgement Judgement(double ratio) =>
        new(new QuantizationLoss(OutputKind.Signal, 1, 30, null, null, null), new SpeedRatio(10 * ratio, 10, ratio, ratio, ratio), 100, 26);
}
