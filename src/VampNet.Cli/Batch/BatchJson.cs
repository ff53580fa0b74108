using System.Text.Json.Serialization;

namespace VampNet.Cli.Batch;

/// <summary>Records, log lines and summaries as JSON: snake_case, one line, without what is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ItemRecord))]
[JsonSerializable(typeof(BatchEvent))]
[JsonSerializable(typeof(BatchSummary))]
internal sealed partial class BatchJson : JsonSerializerContext;
