using System.Text.Json.Nodes;
using VampNet.Runtime.Audio;
using VampNet.Validation.Benchmarking;
using VampNet.Validation.Quantization;
using VampNet.Validation.Reports;

namespace VampNet.Validation.Tests.Reports;

/// <summary>A report with every kind of entry.</summary>
internal static class ReportSamples
{
    public static ReportClip Clip { get; } = new("input", new AudioClip(8000, SeededInputs.Audio(1, 1, 8000, 8000)));

    public static RunReport Whole { get; } = new()
    {
        Name = "demo <script>",
        Tool = "VampNet.Toolchain 0.1.0",
        Opset = 20,
        Target = "portable",
        WeightLicense = "CC-BY-NC-SA-4.0",
        Models = [new ReportedModel("coarse", "coarse.onnx", "aa", "bb", "cc", new JsonObject { ["n_layers"] = 2 })],
        Verification = new(
            [new("coarse.onnx", 93, 32_761, 148_600)],
            [new("coarse.onnx", "TorchSharp", SampleReports.Budget, 7, [SampleReports.Case(2, [1, 2, 3, 4], [1, 2, 3.25f, 4]), SampleReports.Case(30, [1, 2, 3, 4], [1, 2, 3, 4.125f])])]),
        Ledgers = [new LedgerSummary("coarse.ledger.json", 3, [new TransformCount("lora-merge", 2)], [new IgnoredTensor("step", "a counter")])],
        Weights = [new WeightShare("coarse.onnx", "transformer.layers", "float", 30_000, 120_000), new WeightShare("coarse.onnx", "constants", "int64", 3, 24)],
        Quantized = [new QuantizedGraph("demo-dynamic", "coarse.onnx", "dynamic", Judgement(0.99, 2))],
        Benchmark = new BenchmarkReport(
            [new GraphTimes("coarse.onnx", 12, [new LengthTimes(43, Times(1.5)), new LengthTimes(173, Times(6))])],
            [],
            new MusicTimes(3, 12, 2, [new StageTime("encode", 0.02), new StageTime("coarse", 0.03)]),
            270_000_000,
            1.5,
            2),
        Clips = [Clip.Describe(Clip)],
        Skipped = [new SkippedPart("a recording", "none was given")],
        Machine = new MachineReport
        {
            OperatingSystem = "Debian",
            RuntimeIdentifier = "linux-x64",
            DotNet = ".NET 10",
            Processor = "AMD",
            ProcessorFeatures = ["AVX2"],
            Cores = 2,
            MemoryBytes = 1L << 34,
            Torch = new NativeLibraryFacts("2.10", null),
            OnnxRuntime = new NativeLibraryFacts(null, "not there"),
            Providers = ["CPUExecutionProvider"],
        },
    };

    public static QuantizationJudgement Judgement(double agreement, double ratio, double spread = 0.1) => new(
        new QuantizationLoss(OutputKind.Logits, 5, double.PositiveInfinity, 0.01, 0.98, new TokenAgreement(1000, (long)Math.Round(1000 * (1 - agreement)), [])),
        new SpeedRatio(10, 10 / ratio, ratio, ratio * (1 - (spread / 2)), ratio * (1 + (spread / 2))),
        148_600,
        79_300);

    private static TimedRuns Times(double milliseconds) => new(new EqualWork("coarse.onnx", "codes [1,4,43]", "ab", 1, 2, "CPUExecutionProvider"), [milliseconds, milliseconds * 1.5, milliseconds]);
}
