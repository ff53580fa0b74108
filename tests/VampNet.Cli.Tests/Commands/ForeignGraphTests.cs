using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

/// <summary>Runs <c>optimize</c> and every scheme of <c>quantize</c> on all collected graphs from other exporters. Refused ones are listed
/// here with their error.</summary>
public sealed class ForeignGraphTests : IDisposable
{
    private const string NoWeight = "VNO0803";
    private const string DoesNotLoad = "VNI0201";

    // One needs the library of its operator, the other has an operator whose name is damaged.
    private static readonly string[] Undecidable = ["custom_op", "output_without_type"];

    private static readonly string[] Convolutional =
    [
        "bn_after_relu",
        "codec_encoder_torchscript",
        "conv_bn_clip",
        "convtranspose_group",
        "hardswish_decomposed",
        "uint8_image",
        "upsample_opset9",
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Graphs =>
        [
            .. new[] { "cases", "wild", "foreign2" }
                .SelectMany(folder => Directory.GetFiles(Golden.Path(folder), "*.onnx"))
                .Select(path => $"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}")
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Optimize_EveryCollectedGraph_IsDecided(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        foreach (string target in (string[])["portable", "onnxruntime"])
        {
            CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
                "optimize",
                Golden.Path(file),
                _folder.At("out.onnx"),
                "--target",
                target
            );

            int expected = Undecidable.Contains(name) ? ExitCode.Undecided : ExitCode.Done;
            Assert.True(outcome.ExitCode == expected, $"{target}: {outcome.ExitCode}\n{outcome.Output}{outcome.Error}");
            Assert.DoesNotContain("ErrorCode", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Quantize_EveryCollectedGraph_IsQuantizedOrRefusedWithTheReason(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        foreach (string scheme in (string[])["dynamic", "static", "weight-only-8", "weight-only-4", "float16"])
        {
            CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
                "quantize",
                Golden.Path(file),
                _folder.At("out.onnx"),
                "--scheme",
                scheme,
                "--calibration",
                "seeded",
                "--judge",
                "1",
                "--threads",
                "1"
            );

            string? refusal = RefusalOf(name, scheme);
            int expected = refusal is null ? ExitCode.Done : ExitCode.DataRefused;
            Assert.True(outcome.ExitCode == expected, $"{scheme}: {outcome.ExitCode}\n{outcome.Error}");
            if (refusal is not null)
            {
                Assert.Contains($"error {refusal}: ", outcome.Error, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("ErrorCode", outcome.Error, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string? RefusalOf(string name, string scheme) =>
        name switch
        {
            "custom_op" => DoesNotLoad,
            "output_without_type" => scheme is "static" or "float16" ? DoesNotLoad : NoWeight,
            "nan_output" => NoWeight,
            "fp16_model" => scheme == "float16" ? NoWeight : null,
            _ when Convolutional.Contains(name) => scheme is "static" or "float16" ? null : NoWeight,
            _ => null,
        };
}
