using System.Text.Json.Nodes;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Runtime.Audio;
using VampNet.Validation.Machine;
using VampNet.Validation.Parity;
using VampNet.Validation.Tests.Verdicts;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting.Tests;

/// <summary>A report with every kind of entry.</summary>
internal static class ReportSamples
{
    public static ReportClip Clip { get; } = new("input", new AudioClip(8000, SeededInputs.Audio(1, 1, 8000, 8000)));

    private static LayerParity Layers { get; } =
        new(
            new VerificationCase(1, 30, "for tests"),
            [
                new LayerDifference("transformer.layers.0.output", 1e-7, 2e-6, 4),
                new LayerDifference("transformer.layers.1.output", 2e-7, 3e-6, 5),
            ]
        );

    public static RunReport Whole { get; } =
        new()
        {
            Name = "demo <script>",
            Tool = "VampNet.Toolchain 0.1.0",
            Opset = 20,
            Target = "portable",
            WeightLicense = "CC-BY-NC-SA-4.0",
            Models = [new ReportedModel("coarse", "coarse.onnx", "aa", "bb", "cc", new JsonObject { ["n_layers"] = 2 })],
            Verification = new(
                [new("coarse.onnx", 93, 32_761, 148_600)],
                [
                    new("coarse.onnx", "TorchSharp", SampleReports.Budget, 7, [Case(2, [1, 2, 3.25f, 4]), Case(30, [1, 2, 3, 4.125f])])
                    {
                        Layers = Layers,
                    },
                ]
            ),
            Ledgers =
            [
                new LedgerSummary("coarse.ledger.json", 3, [new TransformCount("lora-merge", 2)], [new IgnoredTensor("step", "a counter")]),
            ],
            Weights =
            [
                new WeightShare("demo", "coarse.onnx", "attention", "float", 30_000, 120_000),
                new WeightShare("demo", "coarse.onnx", "constants", "int64", 3, 24),
                new WeightShare("demo-dynamic", "coarse.onnx", "attention", "int8", 30_000, 30_000),
            ],
            Quantized = [Quantized(0.99)],
            Benchmark = new BenchmarkReport(
                [
                    new GraphTimes(
                        "demo",
                        "coarse.onnx",
                        12,
                        [new LengthTimes(43, Times(1.5)), new LengthTimes(173, Times(6))],
                        [
                            new OperatorTime("MatMul", 12, 0.75, "CPUExecutionProvider"),
                            new OperatorTime("Softmax", 2, 0.25, "CPUExecutionProvider"),
                        ]
                    ),
                    new GraphTimes("demo-dynamic", "coarse.onnx", 9, [new LengthTimes(43, Times(1)), new LengthTimes(173, Times(3))], []),
                ],
                [Ratio("demo", "demo-dynamic", 2), Ratio("foreign", "demo", 1.5)],
                [
                    new MusicTimes(
                        "demo",
                        3,
                        12,
                        2,
                        [
                            new StageTime("encode", 0.02),
                            new StageTime("coarse", 0.03),
                            new StageTime("c2f", 0.01),
                            new StageTime("sampling", 0.005),
                            new StageTime("decode", 0.04),
                        ],
                        0.2
                    ),
                ],
                270_000_000,
                1.5,
                2
            ),
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

    public static QuantizedGraph Quantized(double agreement) =>
        new(
            "demo-dynamic",
            "coarse.onnx",
            "dynamic",
            new QuantizationLoss(
                OutputKind.Logits,
                5,
                double.PositiveInfinity,
                0.01,
                0.98,
                new TokenAgreement(1000, (long)Math.Round(1000 * (1 - agreement)), [])
            )
            {
                Codebooks = [new CodebookFlips(500, 4), new CodebookFlips(500, 6)],
            },
            [
                new NodeOutputLoss("transformer.layers.0.output", 31.5, -1, 1),
                new NodeOutputLoss("transformer.layers.1.output", double.PositiveInfinity, -1, 1),
            ],
            148_600,
            79_300
        );

    public static GraphRatio Ratio(string reference, string models, double ratio, double spread = 0.1) =>
        new(
            reference,
            models,
            "coarse.onnx",
            173,
            new SpeedRatio(10, 10 / ratio, ratio, ratio * (1 - (spread / 2)), ratio * (1 + (spread / 2))),
            spread > TimedRuns.NoisySpread
        );

    private static CaseVerdict Case(int frames, float[] actual) =>
        SampleReports.Case(frames, [1, 2, 3, 4], actual) with
        {
            Distribution = ErrorDistribution.Of([1, 2, 3, 4], actual),
        };

    private static TimedRuns Times(double milliseconds) =>
        new(
            new EqualWork("coarse.onnx", "codes [1,4,43]", "ab", 1, 2, "CPUExecutionProvider"),
            [milliseconds, milliseconds * 1.5, milliseconds]
        );
}
