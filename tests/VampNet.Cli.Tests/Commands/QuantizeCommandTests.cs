using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Commands;

public sealed class QuantizeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Foreign => Golden.Path("foreign/coarse_torch_export.onnx");

    [Fact]
    public async Task Quantize_ForeignGraph_SaysWhatItCostsAndGains()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["quantize", Foreign, _folder.At("out.onnx"), "--extent", "20"]);

        Assert.Equal((ExitCode.Done, "writing\njudging\n"), (outcome.ExitCode, outcome.Error));
        Assert.Contains("int8 per channel", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("output SQNR", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("saturated", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith("recommend: ", outcome.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("out.onnx")));
    }

    [Fact]
    public async Task Quantize_ReleasedClassifierOfOpset9_IsPreparedAndRaised()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Golden.Path("wild/ppocr_mobile_v2_cls.onnx"),
            _folder.At("out.onnx"),
            "--scheme",
            "static",
            "--extent",
            "192",
            "--judge",
            "1",
        ]);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        Assert.Contains("35 factors and shifts put into weights", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("opset 9 to 13", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int32_ids_bool_mask", "dynamic")]
    [InlineData("uint8_image", "static")]
    [InlineData("conv_bn_clip", "static")]
    [InlineData("gemm_transB_alpha", "dynamic")]
    [InlineData("lstm", "dynamic")]
    [InlineData("lstm", "static")]
    [InlineData("if_outer_weight", "static")]
    public async Task Quantize_GraphsOfEveryInputType_AreFedWhatTheyTake(string name, string scheme)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Golden.Path($"cases/{name}.onnx"),
            _folder.At("out.onnx"),
            "--scheme",
            scheme,
            "--judge",
            "1",
        ]);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
    }

    [Theory]
    [InlineData("guess", "logits: ", "KL divergence")]
    [InlineData("logits", "logits: as given", "top 5 shared")]
    [InlineData("image", "image: as given", "PSNR")]
    [InlineData("embedding", "embedding: as given", "cosine")]
    [InlineData("audio", "audio: as given", "SI-SDR")]
    [InlineData("regression", "regression: as given", "mean error")]
    public async Task Quantize_OutputKind_DecidesTheMeasure(string kind, string output, string measure)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Golden.Path("wild/ppocr_mobile_v2_cls.onnx"),
            _folder.At("out.onnx"),
            "--scheme",
            "static",
            "--output-kind",
            kind,
            "--judge",
            "1",
        ]);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        Assert.Contains(output, outcome.Output, StringComparison.Ordinal);
        Assert.Contains(measure, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_CodesOfMoreCodebooksThanTheModelHas_AreCut()
    {
        string models = _folder.At("models");
        Assert.Equal(0, (await CapturedTerminal.RunAsync("export", "--checkpoints", Golden.Path("micro"), "--out", models)).ExitCode);
        // 14 codebooks, as vampnet encode writes them; coarse takes four.
        string data = _folder.At("codes.safetensors");
        using (FileStream stream = File.Create(data))
        {
            long[] codes = [.. Enumerable.Range(0, 14 * 20).Select(i => (long)(i * 7 % 60))];
            SafeTensorsWriter.Write(
                stream,
                [
                    new TensorEntry(
                        "codes",
                        TensorElementType.Int64,
                        [1, 14, 20],
                        bytes => System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.AsSpan()).CopyTo(bytes)
                    ),
                ],
                new Dictionary<string, string>()
            );
        }

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Path.Combine(models, "coarse.onnx"),
            _folder.At("out.onnx"),
            "--scheme",
            "static",
            "--calibration",
            data,
            "--judge",
            "1",
            "--extent",
            "16",
        ]);

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
    }

    [Fact]
    public async Task Quantize_AsIs_PreparesNothing()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Golden.Path("cases/ir3_inputs.onnx"),
            _folder.At("out.onnx"),
            "--as-is",
            "--judge",
            "0",
        ]);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.DoesNotContain("prepared", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_Json_ListsEveryTensor()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Foreign,
            _folder.At("out.onnx"),
            "--scheme",
            "weight-only-4",
            "--exclude",
            "*classifier*",
            "--judge",
            "0",
            "--json",
        ]);

        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement report = json.RootElement.GetProperty("report");
        Assert.Equal("weight-only-4", report.GetProperty("scheme").GetString());
        Assert.NotEqual(0, report.GetProperty("quantized").GetArrayLength());
        Assert.NotEqual(0, report.GetProperty("kept").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("judgement").ValueKind);
    }

    [Fact]
    public async Task Quantize_SmoothQuantAndGptq_SaysWhatWasSmoothed()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Foreign,
            _folder.At("out.onnx"),
            "--smooth-quant",
            "--gptq",
            "--extent",
            "20",
            "--judge",
            "1",
        ]);

        Assert.Equal((ExitCode.Done, "writing\ncalibrating\njudging\n"), (outcome.ExitCode, outcome.Error));
        Assert.Contains("int8 per channel, GPTQ", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("SmoothQuant +[0-9]+ of [0-9]+ activations; not ", outcome.Output);
    }

    [Fact]
    public async Task Quantize_AQuantizedGraph_IsRefused()
    {
        await CapturedTerminal.RunAsync(["quantize", Foreign, _folder.At("out.onnx"), "--judge", "0"]);
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["quantize", _folder.At("out.onnx"), _folder.At("again.onnx")]);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("error VNO0802: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("again.onnx")));
    }

    [Theory]
    [InlineData("sqnr>=10", ExitCode.Done, "met")]
    [InlineData("sqnr>=500", ExitCode.ParityFailed, "missed")]
    public async Task Quantize_Goal_DecidesTheExitCode(string goal, int exitCode, string verdict)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "quantize",
            Foreign,
            _folder.At("out.onnx"),
            "--extent",
            "11",
            "--include",
            "*ffn*",
            "--include",
            "*feed_forward*",
            "--goal",
            goal,
        ]);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.StartsWith(
            verdict == "met" ? "searching\nwriting\n" : "searching\nranking node 1 of ",
            outcome.Error,
            StringComparison.Ordinal
        );
        Assert.EndsWith("writing\njudging\n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"{goal} {verdict} at ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("nodes in floating point", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("out.onnx")));
    }

    [Theory]
    [InlineData("--scheme", "int3")]
    [InlineData("--block-size", "33")]
    [InlineData("--accuracy-level", "7")]
    [InlineData("--goal", "top1<=0.9")]
    [InlineData("--goal", "speed>=2")]
    [InlineData("--goal=sqnr>=20", "--judge=0")]
    [InlineData("--scheme=auto", "--judge=0")]
    [InlineData("--scheme=static", "--smooth")]
    [InlineData("--scheme=weight-only-8", "--compensate")]
    public async Task Quantize_UnknownOptionValue_IsWrongUsage(string option, string value) =>
        Assert.Equal(
            ExitCode.WrongUsage,
            (await CapturedTerminal.RunAsync(["quantize", Foreign, _folder.At("out.onnx"), option, value])).ExitCode
        );

    [Fact]
    public async Task Quantize_MissingFile_IsRefused() =>
        Assert.Contains(
            "VNL0002",
            (await CapturedTerminal.RunAsync(["quantize", _folder.At("none.onnx"), _folder.At("out.onnx")])).Error,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();
}
