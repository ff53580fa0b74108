using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.Inference.Inputs;
using VampNet.Runtime.Audio;
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

    [Fact]
    public async Task Quantize_ExportedGraphWithAClip_CalibratesOnItAndSaysSo()
    {
        string checkpoints = Directory.CreateDirectory(_folder.At("checkpoints")).FullName;
        foreach (string file in (string[])["coarse.pth", "c2f.pth", "codec.pth"])
        {
            File.Copy(Golden.Path($"micro/{file}"), Path.Combine(checkpoints, file));
        }

        WriteClip(Path.Combine(checkpoints, "clip.wav"));
        await CapturedTerminal.RunAsync("export", "--checkpoints", checkpoints, "--out", _folder.At("models"));
        Assert.True(File.Exists(_folder.At("models/clip.wav")));
        // Listed in the manifest: the folder can be exported anew.
        Assert.Equal(
            ExitCode.Done,
            (await CapturedTerminal.RunAsync("export", "--checkpoints", checkpoints, "--out", _folder.At("models"))).ExitCode
        );

        foreach (string graph in (string[])["codec_encoder.onnx", "codec_decoder.onnx", "coarse.onnx"])
        {
            string[] command = ["quantize", _folder.At($"models/{graph}"), _folder.At("out.onnx"), "--scheme", "static", "--judge", "1"];
            CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(command);
            Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
            Assert.DoesNotContain("warning", outcome.Error, StringComparison.Ordinal);
            Assert.Matches("calibrated on +clip.wav \\(the first 75%\\), MinMax, found beside the graph", outcome.Output);

            CapturedTerminal.Outcome seeded = await CapturedTerminal.RunAsync([.. command, "--calibration", "none"]);
            Assert.Contains("warning: ranges were measured on seeded inputs", seeded.Error, StringComparison.Ordinal);
            Assert.Matches("calibrated on +8 seeded inputs from seed 1, MinMax\n", seeded.Output);
        }
    }

    [Fact]
    public async Task Quantize_CalibrationThatIsNotThere_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "quantize",
            Foreign,
            _folder.At("out.onnx"),
            "--scheme",
            "static",
            "--calibration",
            _folder.At("nowhere")
        );
        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("VNL0002", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JudgeOn_HeldOutMusic_IsAnsweredInNatsAndGated()
    {
        string models = _folder.At("models"),
            quantized = _folder.At("quantized"),
            wav = _folder.At("held-out.wav"),
            codes = _folder.At("held-out.safetensors");
        await CapturedTerminal.RunAsync("export", "--checkpoints", Golden.Path("micro"), "--out", models);
        WriteClip(wav, seconds: 2);
        await CapturedTerminal.RunAsync("encode", wav, codes, "--models", models);
        string[] quantize = ["quantize", Path.Combine(models, "coarse.onnx"), Path.Combine(quantized, "coarse.onnx"), "--judge-on"];

        // The codes of the recording say what the recording does.
        CapturedTerminal.Outcome heard = await CapturedTerminal.RunAsync([.. quantize, wav, "--json"]);
        CapturedTerminal.Outcome read = await CapturedTerminal.RunAsync([.. quantize, codes, "--json"]);
        JsonElement first = Likelihood(heard),
            second = Likelihood(read);
        Assert.Equal(first.GetProperty("all").GetRawText(), second.GetProperty("all").GetRawText());
        Assert.InRange(first.GetProperty("all").GetProperty("reference").GetDouble(), 1, 20);
        Assert.Equal(4, first.GetProperty("codebooks").GetArrayLength());
        Assert.Equal(
            [0.2, 0.5, 0.8],
            first.GetProperty("masks").EnumerateArray().Select(each => each.GetProperty("mask_share").GetDouble())
        );

        CapturedTerminal.Outcome met = await CapturedTerminal.RunAsync([.. quantize, wav, codes, "--goal", "nll<=+5"]);
        Assert.True(met.ExitCode == ExitCode.Done, met.Error);
        Assert.Contains("nll<=+5 met at ", met.Output, StringComparison.Ordinal);
        Assert.Contains("near", met.Output, StringComparison.Ordinal);
        Assert.Matches(@"cost +[+-]0\.[0-9]+ nats for each of [0-9,]+ true tokens, standard error ", met.Output);
        Assert.Contains("20% masked", met.Output, StringComparison.Ordinal);
        Assert.Contains("codebook 3", met.Output, StringComparison.Ordinal);
        CapturedTerminal.Outcome missed = await CapturedTerminal.RunAsync([
            .. quantize,
            wav,
            "--include",
            "*layers.0*",
            "--goal",
            "nll<=-5",
        ]);
        Assert.Equal(ExitCode.ParityFailed, missed.ExitCode);

        string[] bench = ["bench", models, "--against", quantized, "--frames", "9", "--runs", "1", "--music", "0", "--judge-on", wav];
        CapturedTerminal.Outcome timed = await CapturedTerminal.RunAsync([.. bench, "--goal", "nll<=+5"]);
        Assert.True(timed.ExitCode == ExitCode.Done, timed.Error);
        Assert.Matches("judged +quantized/coarse.onnx on held-out.wav", timed.Output);
        CapturedTerminal.Outcome gated = await CapturedTerminal.RunAsync([.. bench, "--goal", "nll<=-5", "--json"]);
        Assert.Equal(ExitCode.ParityFailed, gated.ExitCode);
        using JsonDocument judged = JsonDocument.Parse(gated.Output);
        Assert.Equal("nll<=-5", judged.RootElement.GetProperty("goal_misses")[0].GetProperty("goal").GetString());

        CapturedTerminal.Outcome reported = await CapturedTerminal.RunAsync([
            "report",
            models,
            "--quantized",
            quantized,
            "--out",
            _folder.At("report"),
            "--frames",
            "9",
            "--runs",
            "1",
            "--music",
            "0",
            "--judge-on",
            codes,
            "--goal",
            "nll<=-5",
        ]);
        Assert.Equal(ExitCode.ParityFailed, reported.ExitCode);
        Assert.StartsWith("MISSED: quantized/coarse.onnx has ", reported.Output, StringComparison.Ordinal);
        Assert.Matches(@"quantized costs [+-]0\.[0-9]+ nats a token in coarse.onnx \(standard error 0\.[0-9]+\)", reported.Output);
        foreach (string file in (string[])["codec_encoder.onnx", "codec_decoder.onnx"])
        {
            string[] codec = ["quantize", Path.Combine(models, file), Path.Combine(quantized, file), "--scheme", "static", "--judge", "0"];
            Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync([.. codec, "--calibration", wav])).ExitCode);
        }

        CapturedTerminal.Outcome heardBack = await CapturedTerminal.RunAsync([.. bench, "--json"]);
        Assert.True(heardBack.ExitCode == ExitCode.Done, heardBack.Error);
        using JsonDocument trips = JsonDocument.Parse(heardBack.Output);
        JsonElement[] roundTrips = [.. trips.RootElement.GetProperty("round_trips").EnumerateArray()];
        Assert.Equal(["models", "quantized"], roundTrips.Select(each => each.GetProperty("models").GetString()));
        Assert.InRange(roundTrips[1].GetProperty("equal_codes").GetDouble(), 0.3, 1);
        Assert.InRange(roundTrips[1].GetProperty("from_float32").GetProperty("multi_resolution").GetDouble(), 1e-6, 60);
        // Ranges were measured on what it is judged on: that is said.
        Assert.Contains("which it is judged on", heardBack.Output, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(_folder.At("report/report.md"), TestContext.Current.CancellationToken);
        Assert.Contains("Judged on held-out.safetensors, with 20, 50 and 80 % of the tokens masked", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench", "x", "--judge-on", "y")]
    [InlineData("bench", "x", "--against", "z", "--goal", "nll<=0")]
    [InlineData("bench", "x", "--against", "z", "--judge-on", "")]
    [InlineData("quantize", "x", "y", "--judge", "0", "--judge-on", "z")]
    [InlineData("report", "x", "--out", "y", "--goal", "nats<=0")]
    public async Task JudgeOn_WithoutWhatItNeeds_IsRefused(params string[] arguments) =>
        Assert.InRange((await CapturedTerminal.RunAsync(arguments)).ExitCode, ExitCode.DataRefused, ExitCode.WrongUsage);

    private static JsonElement Likelihood(CapturedTerminal.Outcome outcome)
    {
        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        return json.RootElement.GetProperty("judgement").GetProperty("loss").GetProperty("likelihood").Clone();
    }

    private static void WriteClip(string path, int seconds = 1)
    {
        using FileStream stream = File.Create(path);
        WavWriter.Write(stream, new AudioClip(44100, SeededInputs.Audio(7, 1, seconds * 44100, 44100)), WavEncoding.Pcm16);
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
