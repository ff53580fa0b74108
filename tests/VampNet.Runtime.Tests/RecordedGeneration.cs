using System.Globalization;
using System.Text.Json;
using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests;

/// <summary>Runs what upstream ran when a golden file was recorded, and expects its tokens, its draws in every step, and, after every step,
/// the tokens of a plain second implementation that ends at upstream's too.</summary>
internal static class RecordedGeneration
{
    public static readonly TokenRate Rate = new(44100, 768);

    public static void ExpectGenerate(string name, ITokenModel model)
    {
        using GoldenTensors golden = new($"micro/{name}.safetensors");
        RecordedDraws draws = new(golden);
        GenerateOptions options = Options(golden) with
        {
            Steps = int.Parse(golden.Metadata("sampling_steps"), CultureInfo.InvariantCulture),
        };

        List<long[]> steps = [];

        TokenGrid<long> tokens = TokenGenerator.Generate(
            new WatchedTokenModel(model, draws),
            golden.Codes("start_tokens"),
            golden.Mask("mask"),
            options,
            draws,
            step => steps.Add([.. step.Codes.Values]),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(golden.Codes("tokens").Values, tokens.Values);
        Assert.True(draws.Exhausted);
        List<long[]> plain = PlainGeneration.Run(
            model,
            golden.Codes("start_tokens"),
            golden.Mask("mask"),
            options,
            new RecordedDraws(golden)
        );
        Assert.Equal(options.Steps, steps.Count);
        Assert.All(steps, (codes, step) => Assert.Equal(plain[step], codes));
        Assert.Equal(golden.Codes("tokens").Values, plain[^1]);
    }

    public static void ExpectVamp(string name, ITokenModel coarse, ITokenModel fine)
    {
        using GoldenTensors golden = new($"micro/{name}.safetensors");
        RecordedDraws draws = new(golden);

        (TokenGrid<long> codes, TokenGrid<long> masked) = CodeVamper.Vamp(
            new WatchedTokenModel(coarse, draws),
            new WatchedTokenModel(fine, draws),
            golden.Codes("codes"),
            golden.Mask("mask"),
            VampOptions(golden),
            draws,
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(golden.Codes("tokens").Values, codes.Values);
        Assert.Equal(golden.Codes("masked").Values, masked.Values);
        Assert.True(draws.Exhausted);
    }

    private static VampCodesOptions VampOptions(GoldenTensors golden)
    {
        JsonElement recorded = Recorded(golden);
        return new VampCodesOptions
        {
            BatchSize = int.Parse(golden.Metadata("batch_size"), CultureInfo.InvariantCulture),
            FeedbackSteps = Value(recorded, "feedback_steps", value => value.GetInt32(), 1),
            TimeStretchFactor = Value(recorded, "time_stretch_factor", value => value.GetInt32(), 1),
            Coarse = Options(golden) with { Steps = recorded.GetProperty("_sampling_steps").GetInt32() },
            CoarseChunkFrames = Rate.ToFrames(double.Parse(golden.Metadata("coarse_chunk_s"), CultureInfo.InvariantCulture)),
            FineChunkFrames = Rate.ToFrames(double.Parse(golden.Metadata("c2f_chunk_s"), CultureInfo.InvariantCulture)),
        };
    }

    private static GenerateOptions Options(GoldenTensors golden)
    {
        JsonElement recorded = Recorded(golden);
        GenerateOptions defaults = new();
        return defaults with
        {
            MaskTemperature = Value(recorded, "mask_temperature", value => value.GetSingle(), defaults.MaskTemperature),
            SampleCutoff = Value(recorded, "sample_cutoff", value => value.GetDouble(), defaults.SampleCutoff),
            Sampling = defaults.Sampling with
            {
                Temperature = Value(recorded, "temperature", value => value.GetSingle(), defaults.Sampling.Temperature),
                TopP = Value(recorded, "top_p", value => (float?)value.GetSingle(), null),
            },
        };
    }

    private static JsonElement Recorded(GoldenTensors golden) => JsonDocument.Parse(golden.Metadata("options")).RootElement;

    private static T Value<T>(JsonElement recorded, string key, Func<JsonElement, T> read, T otherwise) =>
        recorded.TryGetProperty(key, out JsonElement value) ? read(value) : otherwise;
}
