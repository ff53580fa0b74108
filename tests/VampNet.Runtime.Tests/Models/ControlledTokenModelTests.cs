using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Onnx;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests.Models;

/// <summary>A coarse model with control signals, against upstream's forward passes.</summary>
public sealed class ControlledTokenModelTests : IDisposable
{
    /// <summary>The budget of exported transformers against upstream.</summary>
    private const float Tolerance = 2e-4f;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-controls-");
    private readonly OnnxTokenModel _model;
    private readonly string _codec;

    public ControlledTokenModelTests()
    {
        // The golden tables of the model's codec, in a codec that is whole.
        string codec = _codec = Path.Combine(_folder.FullName, "codec.pth"),
            graph = Path.Combine(_folder.FullName, "coarse.onnx");
        using (Checkpoint whole = Checkpoint.Open(Golden.Path("micro/codec.pth")))
        using (Checkpoint tables = Checkpoint.Open(Golden.Path("ctrl/codec_tables.safetensors")))
        {
            PthWriter.WriteFile(
                codec,
                whole.TensorList.Select(tensor => TensorEntry.From(tables.Tensors.GetValueOrDefault(tensor.Name) ?? tensor)),
                whole.Metadata
            );
        }

        using (Checkpoint transformer = Checkpoint.Open(Golden.Path("ctrl/coarse.pth")))
        using (Checkpoint bound = Checkpoint.Open(codec))
        {
            ModelWriter.Write(
                TransformerEmitter.Emit(ModelBinder.BindTransformer(transformer, bound), ExportOptions.Default),
                graph,
                new ExternalDataOptions()
            );
        }

        _model = OnnxTokenModel.Open(graph, new ModelOptions());
    }

    [Theory]
    [InlineData("forward_b1_t7")]
    [InlineData("forward_b2_t30")]
    public void ComputeLogits_UnderGoldenSignals_GivesUpstreamsLogits(string file)
    {
        using GoldenTensors golden = new($"ctrl/{file}.safetensors");
        float[] expected = golden.Singles("logits"),
            actual = new float[expected.Length];

        _model.ComputeLogits(golden.Codes("codes"), Signals(golden), actual, TestContext.Current.CancellationToken);

        Assert.Equal([("chroma", 12), ("rms", 1)], _model.ControlDims.Select(control => (control.Key, control.Value)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public void ComputeLogits_MasksOfZeros_GiveThePlainModel()
    {
        using GoldenTensors golden = new("ctrl/forward_b1_t7.safetensors");
        Dictionary<string, ControlSignal> silent = Signals(golden)
            .ToDictionary(signal => signal.Key, signal => signal.Value with { Mask = new float[signal.Value.Mask.Length] });

        Assert.Equal(Compute(golden, _model), Compute(golden, new GuidedTokenModel(_model, silent)));
    }

    [Fact]
    public void Guided_ByAScale_GoesFromThePlainLogitsBeyondTheControlled()
    {
        using GoldenTensors golden = new("ctrl/forward_b1_t7.safetensors");
        Dictionary<string, ControlSignal> signals = Signals(golden);
        float[] plain = Compute(golden, _model),
            controlled = Compute(golden, new GuidedTokenModel(_model, signals));

        AssertClose(plain, Compute(golden, new GuidedTokenModel(_model, signals, 0)));
        AssertClose(controlled, Compute(golden, new GuidedTokenModel(_model, signals, 1)));
        AssertClose(
            [.. plain.Zip(controlled, (without, with) => without + (3 * (with - without)))],
            Compute(golden, new GuidedTokenModel(_model, signals, 3))
        );
        Assert.Contains(plain.Zip(controlled), pair => MathF.Abs(pair.First - pair.Second) > 0.01f);
    }

    [Fact]
    public void Generate_UnderGuidance_FillsEveryToken()
    {
        using GoldenTensors golden = new("ctrl/forward_b1_t7.safetensors");
        TokenGrid<long> codes = new(2, 4, 7);
        TokenGrid<bool> mask = new(2, 4, 7, [.. Enumerable.Repeat(true, 2 * 4 * 7)]);

        TokenGrid<long> result = TokenGenerator.Generate(
            _model,
            codes,
            mask,
            new GenerateOptions { Steps = 3 },
            new SeededDraws(1),
            new Guidance { Controls = Signals(golden), CfgScale = 2 },
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.All(result.Values, code => Assert.InRange(code, 0, 63));
    }

    [Fact]
    public void Generate_WithoutSignals_IsThePlainGeneration()
    {
        TokenGrid<long> codes = new(1, 4, 9);
        TokenGrid<bool> mask = new(1, 4, 9, [.. Enumerable.Repeat(true, 4 * 9)]);

        GenerateOptions options = new() { Steps = 2 };
        TokenGrid<long> plain = TokenGenerator.Generate(
                _model,
                codes,
                mask,
                options,
                new SeededDraws(1),
                cancellationToken: TestContext.Current.CancellationToken
            ),
            guided = TokenGenerator.Generate(
                _model,
                codes,
                mask,
                options,
                new SeededDraws(1),
                new Guidance { Controls = new Dictionary<string, ControlSignal>(), CfgScale = 5 },
                cancellationToken: TestContext.Current.CancellationToken
            );

        Assert.Equal(plain.Values, guided.Values);
    }

    [Fact]
    public void Generate_UnderGuidanceOnStepGraphs_GivesTheSameTokens()
    {
        string folder = Path.Combine(_folder.FullName, "stepped");
        ExportRun.Run(
            new ExportRequest
            {
                CodecPath = _codec,
                CoarsePath = Golden.Path("ctrl/coarse.pth"),
                OutputFolder = folder,
                Steps = true,
            },
            cancellationToken: TestContext.Current.CancellationToken
        );
        using OnnxTokenModel stepped = OnnxTokenModel.Open(Path.Combine(folder, "coarse.onnx"), new ModelOptions { StepGraphs = true });
        using GoldenTensors golden = new("ctrl/forward_b1_t7.safetensors");
        Dictionary<string, ControlSignal> signals = Signals(golden);

        Assert.NotNull(new GuidedTokenModel(stepped, signals).SamplingStep);
        Assert.Equal(Guided(_model), Guided(stepped));

        long[] Guided(OnnxTokenModel model) =>
            TokenGenerator
                .Generate(
                    model,
                    new TokenGrid<long>(2, 4, 7),
                    new TokenGrid<bool>(2, 4, 7, [.. Enumerable.Repeat(true, 2 * 4 * 7)]),
                    new GenerateOptions { Steps = 3 },
                    new SeededDraws(1),
                    new Guidance { Controls = signals, CfgScale = 2 },
                    cancellationToken: TestContext.Current.CancellationToken
                )
                .Values;
    }

    [Fact]
    public void Guided_ASignalThatTheModelLacks_IsNamed()
    {
        Dictionary<string, ControlSignal> unknown = new() { ["pitch"] = new ControlSignal(new float[7], new float[7]) };

        ArgumentException error = Assert.Throws<ArgumentException>(() => new GuidedTokenModel(_model, unknown));

        Assert.Contains("'pitch'. The model has chroma, rms.", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

    private static Dictionary<string, ControlSignal> Signals(GoldenTensors golden) =>
        new[] { "rms", "chroma" }.ToDictionary(
            name => name,
            name => new ControlSignal(golden.Singles($"ctrl.{name}"), golden.Singles($"ctrl_mask.{name}"))
        );

    private static float[] Compute(GoldenTensors golden, ITokenModel model)
    {
        float[] logits = new float[golden.Singles("logits").Length];
        model.ComputeLogits(golden.Codes("codes"), logits, TestContext.Current.CancellationToken);
        return logits;
    }
}
