using VampNet.Inference;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests;

public sealed class QuantizationRunTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Theory]
    [InlineData(QuantizationScheme.Dynamic, 0.90, 20)]
    [InlineData(QuantizationScheme.WeightOnly8, 0.93, 25)]
    [InlineData(QuantizationScheme.WeightOnly4, 0.40, 5)]
    [InlineData(QuantizationScheme.Float16, 0.99, 45)]
    public void Run_Transformer_JudgesTokensOnHeldOutCodes(QuantizationScheme scheme, double leastAgreement, double leastDecibels)
    {
        QuantizationRequest request = micro.Request("coarse.onnx") with { Scheme = scheme, Extent = 43 };
        QuantizationResult result = Run(request);

        QuantizationLoss loss = result.Judgement!.Loss;
        Assert.Equal((OutputKind.Logits, 5), (loss.Kind, loss.Samples));
        Assert.Equal(5 * 43 * 4, loss.Tokens!.Positions);
        Assert.InRange(loss.Tokens.Share, leastAgreement, 1);
        Assert.InRange(loss.SignalToNoise!.Value, leastDecibels, 90);
        Assert.InRange(loss.Divergence!.Value, 1e-9, 1);
        Assert.InRange(loss.TopFive!.Value, leastAgreement, 1);
        Assert.InRange(loss.LostMargin!.Value, 1e-9, loss.Tokens.WidestMargin);
        Assert.True(result.Judgement.BytesAfter < result.Judgement.BytesBefore);
    }

    [Theory]
    [InlineData("coarse.onnx")]
    [InlineData("c2f.onnx")]
    public void Run_SmoothQuantAndGptq_LosesLess(string graph)
    {
        QuantizationRequest request = micro.Request(graph) with { Extent = 61, JudgedSamples = 3 };
        double plain = Run(request).Judgement!.Loss.SignalToNoise!.Value;
        double smoothed = Run(request with { SmoothQuant = true }).Judgement!.Loss.SignalToNoise!.Value;
        QuantizationResult both = Run(request with { SmoothQuant = true, Gptq = true });
        double refined = both.Judgement!.Loss.SignalToNoise!.Value;

        // In decibels, of the 2 and more that are measured over many codes.
        Assert.True(smoothed > plain + 0.3, $"{smoothed} after {plain}");
        Assert.True(refined > plain + 1, $"{refined} after {plain}");
        Assert.Empty(both.Smoothing!.Left);
        Assert.All(both.Nodes, node => Assert.InRange(node.SignalToNoise, 15, 80));
        Assert.DoesNotContain(both.Nodes, node => node.Output.EndsWith("feed_forward.value", StringComparison.Ordinal));

        using Model model = ModelReader.Read(request.Output);
        Assert.Equal("9 of 9 activations", model.Metadata[QuantizationRun.SmoothingKey]);
        Assert.Equal("gptq", model.Metadata[QuantizationRun.RoundingKey]);
        Assert.Equal("8 seeded inputs from seed 1", model.Metadata[QuantizationRun.CalibrationKey]);
        Assert.Equal("pair-safe", model.Metadata[QuantizationReport.WeightRangeKey]);
    }

    [Fact]
    public void Run_CancelledWhileJudging_LeavesWhatWasThere()
    {
        QuantizationRequest request = micro.Request("coarse.onnx") with { Extent = 8, JudgedSamples = 2 };
        Directory.CreateDirectory(Path.GetDirectoryName(request.Output)!);
        File.WriteAllText(request.Output, "mine");
        using var source = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            QuantizationRun.Run(request, new CancelAt(QuantizationStage.Judging, source), source.Token)
        );

        Assert.Equal("mine", File.ReadAllText(request.Output));
        Assert.False(File.Exists($"{request.Output}.data"));
    }

    private sealed class CancelAt(QuantizationStage stage, CancellationTokenSource source) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value)
        {
            if (value.Stage == stage)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void Run_RefinedTwice_WritesEqualFiles()
    {
        QuantizationRequest first = micro.Request("coarse.onnx") with { JudgedSamples = 0, SmoothQuant = true, Gptq = true, Extent = 20 };
        QuantizationRequest second = first with { Output = micro.Output() };
        Run(first);
        Run(second);
        Assert.Equal(File.ReadAllBytes(first.Output), File.ReadAllBytes(second.Output));
        Assert.Equal(File.ReadAllBytes(first.Output + ".data"), File.ReadAllBytes(second.Output + ".data"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Run_RefinedOtherScheme_IsAnArgumentError(bool smooth, bool compensate)
    {
        QuantizationRequest request = micro.Request("coarse.onnx") with
        {
            Scheme = QuantizationScheme.WeightOnly8,
            SmoothQuant = smooth,
            Gptq = compensate,
        };
        Assert.Throws<ArgumentException>(() => Run(request));
        Assert.Throws<ArgumentException>(() => QuantizationRun.Quantize(request, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_NoExtent_JudgesEachLengthOfThePlan()
    {
        QuantizationResult result = Run(micro.Request("coarse.onnx") with { JudgedSamples = 1 });
        Assert.Equal([1, 43, 173, 575], result.Lengths.Select(length => length.Frames));
        Assert.Equal([4L, 4 * 43, 4 * 173, 4 * 575], result.Lengths.Select(length => length.Loss.Tokens!.Positions));
        Assert.All(result.Lengths, length => Assert.NotNull(length.Loss.LostMargin));

        QuantizationRequest encoder = Static("codec_encoder.onnx", "") with
        {
            Calibration = new() { SeededSamples = 1, AcceptsSeeds = true },
            JudgedSamples = 1,
        };
        Assert.Equal([14L, 14 * 19], Run(encoder).Lengths.Select(length => length.Loss.Tokens!.Positions));
        Assert.Empty(Run(encoder with { Extent = 4000 }).Lengths);
        SpeedRatio speed = result.Judgement!.Speed;
        Assert.InRange(speed.Ratio, speed.Lowest, speed.Highest);
    }

    [Fact]
    public void Run_DecoderWithItsTables_IsAQuarterOfTheSize()
    {
        QuantizationRequest request = micro.Request("codec_decoder.onnx") with
        {
            Scheme = QuantizationScheme.Static,
            EmbeddingTables = true,
            Calibration = new CalibrationSource { SeededSamples = 2 },
            Extent = 11,
            JudgedSamples = 1,
        };
        QuantizationResult result = Run(request);
        Assert.DoesNotContain(result.Report.Kept, kept => kept.OpType is "ConvTranspose" or "Gather" && kept.Bytes > 4096);
        Assert.InRange((double)result.Report.BytesAfter / result.Report.BytesBefore, 0.25, 0.30);
        Assert.InRange(result.Judgement!.Loss.SignalToNoise!.Value, 20, 80);
    }

    [Fact]
    public void Run_Decoder_IsJudgedAsAudio()
    {
        QuantizationRequest request = micro.Request("codec_decoder.onnx") with
        {
            Scheme = QuantizationScheme.Static,
            Selection = new NodeSelection { Include = ["Conv"] },
            Calibration = new CalibrationSource { SeededSamples = 2 },
            Extent = 11,
            JudgedSamples = 1,
        };
        QuantizationLoss loss = Run(request).Judgement!.Loss;
        Assert.Equal(OutputKind.Audio, loss.Kind);
        Assert.InRange(loss.Similarity!.ScaleInvariantDistortion!.Value, 25, 80);
        Assert.Null(loss.Tokens);
        Assert.InRange(loss.SignalToNoise!.Value, 25, 80);

        using Model model = ModelReader.Read(request.Output);
        Assert.Equal("2 seeded inputs from seed 1, MinMax", model.Metadata[QuantizationRun.CalibrationKey]);
        Assert.Equal(64, model.Metadata[QuantizationRun.SourceKey].Length);
    }

    [Fact]
    public void Run_StaticGraphOfSoundWithoutMusic_IsRefusedUnlessSeedsAreAskedFor()
    {
        QuantizationRequest request = Static("codec_encoder.onnx", "") with { Calibration = new(), Extent = 2000, JudgedSamples = 1 };

        QuantizationException exception = Assert.Throws<QuantizationException>(() => Run(request));
        Assert.Equal("VNQ0121", exception.Id);
        Assert.Contains("codec_encoder.onnx, which takes sound", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(request.Output));
        Assert.Equal(
            "VNQ0121",
            Assert
                .Throws<QuantizationException>(() =>
                    QuantizationRun.Quantize(request, cancellationToken: TestContext.Current.CancellationToken)
                )
                .Id
        );

        QuantizationResult insisted = Run(
            request with
            {
                Calibration = new() { SeededSamples = 1, AcceptsSeeds = true },
            }
        );
        Assert.Equal("1 seeded inputs from seed 1, MinMax", insisted.Calibration);
        Assert.Contains("measured on seeded inputs", Assert.Single(insisted.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StaticGraphOfCodesWithoutMusic_WarnsInTheGraphAndIsJudgedOnOtherCodes()
    {
        QuantizationRequest request = Static("codec_decoder.onnx", "") with
        {
            Calibration = new() { SeededSamples = 1 },
            Extent = 11,
        };
        QuantizationResult result = Run(request);

        Assert.Equal(SeedKind.Uneven, request.JudgedSeeds);
        Assert.Single(result.Warnings);
        using Model model = ModelReader.Read(request.Output);
        Assert.Equal(result.Warnings[0], model.Metadata[QuantizationRun.WarningKey]);
    }

    [Theory]
    [InlineData(QuantizationScheme.Dynamic)]
    [InlineData(QuantizationScheme.WeightOnly8)]
    public void Run_NothingToMeasure_WarnsOfNothing(QuantizationScheme scheme)
    {
        QuantizationResult result = Run(micro.Request("coarse.onnx") with { Scheme = scheme, Extent = 8, JudgedSamples = 1 });

        Assert.Empty(result.Warnings);
        Assert.Null(result.Calibration);
    }

    [Theory]
    [InlineData("codec_encoder.onnx", InputKind.Sound)]
    [InlineData("codec_decoder.onnx", InputKind.Codes)]
    [InlineData("coarse.onnx", InputKind.Codes)]
    public void Seeded_UnevenInputs_AreLegalAndOfAnotherKind(string graph, InputKind kind)
    {
        using Model model = ModelReader.Read(micro.Graph(graph));
        SampleMaker maker = SampleMaker.For(model, MicroExport.Profile(graph));
        Array even = maker.Seeded(1, 1, 44100).Single().Inputs[0].Values;
        Array uneven = maker.Seeded(1, 1, 44100, SeedKind.Uneven).Single().Inputs[0].Values;

        Assert.Equal(kind, maker.Kind);
        Assert.Equal(even.Length, uneven.Length);
        if (uneven is float[] sound)
        {
            Assert.All(sound, sample => Assert.InRange(sample, -1, 1));
            Assert.InRange(sound.Count(sample => sample == 0), 11025, 11030);
            Assert.Equal(0, ((float[])even).Count(sample => sample == 0));
        }
        else
        {
            long[] codes = (long[])uneven;
            Assert.All(codes, code => Assert.InRange(code, 0, graph == "coarse.onnx" ? 64 : 63));
            Assert.InRange(codes.Zip(codes.Skip(1)).Count(pair => pair.First == pair.Second) / (double)codes.Length, 0.6, 1);
        }
    }

    [Fact]
    public void Run_EmptyCalibrationFolder_IsRefused()
    {
        string folder = Directory.CreateDirectory(Path.Combine(micro.Root, "empty")).FullName;
        Assert.Equal("VNI0302", Assert.Throws<InferenceException>(() => Run(Static("codec_encoder.onnx", folder))).Id);
    }

    [Fact]
    public void Run_OutputIsInput_IsRefused()
    {
        string graph = micro.Graph("coarse.onnx");
        Assert.Equal("VNQ0102", Assert.Throws<QuantizationException>(() => Run(new(graph, graph))).Id);
    }

    [Fact]
    public void Run_Twice_WritesEqualFiles()
    {
        QuantizationRequest first = micro.Request("c2f.onnx") with { JudgedSamples = 0 };
        QuantizationRequest second = first with { Output = micro.Output() };
        Run(first);
        Run(second);
        Assert.Equal(File.ReadAllBytes(first.Output), File.ReadAllBytes(second.Output));
        Assert.Equal(File.ReadAllBytes(first.Output + ".data"), File.ReadAllBytes(second.Output + ".data"));
    }

    [Fact]
    public void Judge_GraphsOfDifferentModels_IsRefused()
    {
        // Both take codes of 14 codebooks.
        string reference = micro.Graph("c2f.onnx");
        using Model model = ModelReader.Read(reference);
        ModelSample[] samples = [.. SampleMaker.For(model, MicroExport.Profile("c2f.onnx")).Seeded(1, 1, 5)];
        QuantizationException exception = Assert.Throws<QuantizationException>(() =>
            QuantizationJudge.Judge(
                reference,
                micro.Graph("codec_decoder.onnx"),
                samples,
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal("VNQ0101", exception.Id);
    }

    private static QuantizationResult Run(QuantizationRequest request) =>
        QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

    private QuantizationRequest Static(string graph, string calibration) =>
        micro.Request(graph) with
        {
            Scheme = QuantizationScheme.Static,
            Selection = new NodeSelection { Include = ["Conv"] },
            Calibration = new CalibrationSource { Paths = [calibration] },
        };
}
