using System.Text.Json.Serialization;
using VampNet.Validation;

namespace VampNet.Cli;

/// <summary>How the commands' facts become JSON: snake_case, enumerations by name.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(GraphInspection))]
[JsonSerializable(typeof(Diagnosis))]
internal sealed partial class CliJson : JsonSerializerContext;
