using System.Text.Json;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Validation.Inputs;

/// <summary>Reads the properties of inputs from the metadata of exported VampNet graphs.</summary>
public static class ExportedInputs
{
    private const double MaskShare = 0.25;

    /// <summary>Reads the profile of a graph; graphs of other tools get the defaults.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="vocabulary">The number of legal integers, instead of what the graph says.</param>
    /// <param name="encoder">The codec_encoder.onnx that encodes recordings for a graph that takes codes; null for none.</param>
    public static InputProfile ProfileOf(Model model, int? vocabulary = null, string? encoder = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        InputProfile unknown = new();
        bool isExported = model.Metadata.TryGetValue(MetadataKeys.Configuration, out string? json);
        using JsonDocument configuration = JsonDocument.Parse(json ?? "{}");
        int? transformer = Number(configuration, "vocab_size");
        int sampleRate = Number(configuration, "sample_rate") ?? unknown.SampleRate;
        return unknown with
        {
            Vocabulary = vocabulary ?? transformer ?? Number(configuration, "codebook_size"),
            MaskShare = transformer is null ? 0 : MaskShare,
            SampleRate = sampleRate,
            SamplesPerFrame = Hop(configuration),
            Codebooks = Number(configuration, "n_codebooks"),
            JudgedFrames =
                !isExported ? []
                : transformer is null ? [.. VerificationPlan.Default.CodecCases.Select(each => each.Frames)]
                : [.. VerificationPlan.Default.TransformerCases.Select(each => each.Frames)],
            Readers =
            [
                new WavSampleReader(sampleRate),
                new MusicSampleReader(encoder, CodecOf(model, transformer is not null), Masking(configuration)),
            ],
            TensorReaders = [new SafeTensorsReader()],
        };
    }

    /// <summary>Reads the profile of a graph file; a codec_encoder.onnx in its folder encodes recordings for it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">The number of legal integers, instead of what the graph says.</param>
    public static InputProfile ProfileOf(string path, int? vocabulary = null)
    {
        using Model model = ModelReader.Read(path);
        string encoder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, ModelFiles.CodecEncoder);
        return ProfileOf(model, vocabulary, File.Exists(encoder) ? encoder : null);
    }

    private static string? CodecOf(Model model, bool isTransformer) =>
        model.Metadata.GetValueOrDefault(isTransformer ? MetadataKeys.CodecSha256 : MetadataKeys.CheckpointSha256);

    private static TokenMasking? Masking(JsonDocument configuration) =>
        Number(configuration, "vocab_size") is { } vocabulary
            ? new TokenMasking(vocabulary, Number(configuration, "n_conditioning_codebooks") ?? 0)
            : null;

    private static int Hop(JsonDocument configuration) =>
        configuration.RootElement.TryGetProperty("encoder_rates", out JsonElement rates)
            ? rates.EnumerateArray().Aggregate(1, (hop, rate) => hop * rate.GetInt32())
            : 1;

    private static int? Number(JsonDocument configuration, string key) =>
        configuration.RootElement.TryGetProperty(key, out JsonElement value) && value.TryGetInt32(out int number) ? number : null;
}
