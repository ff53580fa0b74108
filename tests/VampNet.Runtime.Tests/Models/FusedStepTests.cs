using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using VampNet.Export;
using VampNet.Export.Step;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Models;

/// <summary>Step graphs with the whole transformer inside, against upstream's recorded generations.</summary>
public sealed class FusedStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Models => Path.Combine(_folder.Path, "models");

    [Theory]
    [InlineData("generate_coarse_12", "coarse", ExportTarget.Portable)]
    [InlineData("generate_coarse_batch", "coarse", ExportTarget.OnnxRuntime)]
    [InlineData("generate_coarse_topp", "coarse", ExportTarget.Portable)]
    [InlineData("generate_c2f_2", "c2f", ExportTarget.Portable)]
    public void Run_RecordedNoise_GivesUpstreamsTokens(string name, string model, ExportTarget target)
    {
        ExportRun.Run(
            ExportRequest.FromFolder(Golden.Path("micro"), Models) with
            {
                FusedSteps = true,
                Options = ExportOptions.Default with { Target = target },
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        using InferenceSession session = new(Path.Combine(Models, ModelFiles.FusedStepOf(model)));
        using GoldenTensors golden = new($"micro/{name}.safetensors");
        using JsonDocument options = JsonDocument.Parse(golden.Metadata("options"));
        int steps = int.Parse(golden.Metadata("sampling_steps"), CultureInfo.InvariantCulture),
            conditioning = model == "coarse" ? 0 : 4;
        TokenGrid<long> given = golden.Codes("start_tokens");
        TokenGrid<bool> mask = golden.Mask("mask");
        const long MaskToken = 64;
        long[] shape = [given.Batch, given.Codebooks, given.Frames],
            codes = [.. given.Values.Select((code, at) => mask.Values[at] ? MaskToken : code)],
            tokens = [];
        long masked = codes.LongCount(code => code == MaskToken);
        double cutoff = Number("sample_cutoff", 1);
        for (int step = 0; step < steps; step++)
        {
            bool draws = step / (double)steps <= cutoff;
            float[] uniforms = golden.Singles($"mask_uniform.{step}"),
                exponentials = draws
                    ? golden.Singles($"token_exponential.{step}")
                    : [.. Enumerable.Repeat(1f, uniforms.Length * (int)MaskToken)];
            Dictionary<string, OrtValue> inputs = new()
            {
                ["codes"] = OrtValue.CreateTensorValueFromMemory(codes, shape),
                ["step"] = OrtValue.CreateTensorValueFromMemory([(long)step], []),
                ["steps"] = OrtValue.CreateTensorValueFromMemory([(long)steps], []),
                ["temperature"] = OrtValue.CreateTensorValueFromMemory([(float)Number("temperature", 1)], []),
                ["mask_temperature"] = OrtValue.CreateTensorValueFromMemory([(float)Number("mask_temperature", 10.5)], []),
                ["top_p"] = OrtValue.CreateTensorValueFromMemory([(float)Number("top_p", 1)], []),
                ["sample_cutoff"] = OrtValue.CreateTensorValueFromMemory([cutoff], []),
                ["masked_at_start"] = OrtValue.CreateTensorValueFromMemory([masked], []),
                ["token_exponential"] = OrtValue.CreateTensorValueFromMemory(exponentials, [uniforms.Length, MaskToken]),
                ["mask_uniform"] = OrtValue.CreateTensorValueFromMemory(uniforms, [given.Batch, uniforms.Length / given.Batch]),
            };
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, inputs, session.OutputNames);
            codes = Restore(outputs[0].GetTensorDataAsSpan<long>().ToArray());
            tokens = Restore(outputs[1].GetTensorDataAsSpan<long>().ToArray());
            foreach (OrtValue value in inputs.Values)
            {
                value.Dispose();
            }
        }

        Assert.Equal(golden.Codes("tokens").Values, tokens);

        double Number(string key, double otherwise) =>
            options.RootElement.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : otherwise;

        long[] Restore(long[] values) =>
            [.. values.Select((code, at) => at / given.Frames % given.Codebooks < conditioning ? given.Values[at] : code)];
    }

    [Fact]
    public void Append_ToATransformer_IsAValidGraphOfItsInputsAndTheSteps()
    {
        ExportRun.Run(ExportRequest.FromFolder(Golden.Path("micro"), Models), cancellationToken: TestContext.Current.CancellationToken);
        using Model model = ModelReader.Read(Path.Combine(Models, "coarse.onnx"));

        FusedStep.Append(model, new StepShape(4, 0, 64, "{}"), StepNoise.Seeded);

        ModelVerifier.Require(model);
        Assert.Equal("codes", model.Graph.Inputs[0].Name);
        Assert.Equal(["seed", "draws"], model.Graph.Inputs.TakeLast(2).Select(input => input.Name));
        Assert.Throws<ArgumentException>(() => FusedStep.Append(model, new StepShape(4, 0, 64, "{}"), StepNoise.Seeded));
    }

    public void Dispose() => _folder.Dispose();
}
