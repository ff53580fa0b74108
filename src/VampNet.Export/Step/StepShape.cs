using System.Text.Json;
using VampNet.Architecture;

namespace VampNet.Export.Step;

/// <summary>The properties of a transformer that its sampling step needs.</summary>
/// <param name="Codebooks">C: the codebooks of the codes.</param>
/// <param name="ConditioningCodebooks">Number of leading codebooks that are given. P = C minus this number.</param>
/// <param name="VocabularySize">V: codes are 0 to V - 1, and V is MASK.</param>
/// <param name="ConfigurationJson">The transformer's configuration, which the step graph carries too.</param>
public sealed record StepShape(int Codebooks, int ConditioningCodebooks, int VocabularySize, string ConfigurationJson)
{
    /// <summary>P: the codebooks that are predicted.</summary>
    public int PredictedCodebooks => Codebooks - ConditioningCodebooks;

    /// <summary>The shape of a bound transformer.</summary>
    public static StepShape Of(TransformerConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new(configuration.Codebooks, configuration.ConditioningCodebooks, configuration.VocabularySize, configuration.ToJson());
    }

    /// <summary>Reads the configuration that an exported transformer carries in its metadata.</summary>
    /// <param name="json">The configuration; null where the graph has none.</param>
    /// <param name="path">The graph, for messages.</param>
    /// <exception cref="ExportException"><see cref="ExportErrorIds.NotATransformer"/>: no configuration of a transformer.</exception>
    public static StepShape Parse(string? json, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json ?? "");
            JsonElement root = document.RootElement;
            StepShape shape = new(Number("n_codebooks"), Number("n_conditioning_codebooks"), Number("vocab_size"), json!);
            return shape is { Codebooks: > 0, ConditioningCodebooks: >= 0, PredictedCodebooks: > 0, VocabularySize: > 0 }
                ? shape
                : throw new FormatException("the numbers do not fit together");

            int Number(string key) => root.GetProperty(key).GetInt32();
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ExportException(
                ExportErrorIds.NotATransformer,
                found: $"no configuration of a transformer in {path}",
                expected: "n_codebooks, n_conditioning_codebooks and vocab_size in its metadata, as vampnet export writes them",
                advice: "Name a coarse.onnx or c2f.onnx of this tool",
                cause: problem
            );
        }
    }
}
