using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VampNet.Cli.Commands;
using VampNet.Cli.Inspection;
using VampNet.Inference.Inspection;
using VampNet.Inference.Mobile;
using VampNet.Quantization;
using VampNet.Reporting;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;

namespace VampNet.Cli;

/// <summary>JSON serialization of the commands' results: snake_case, enumerations by name.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(GraphInspection))]
[JsonSerializable(typeof(Diagnosis))]
[JsonSerializable(typeof(BenchmarkReport))]
[JsonSerializable(typeof(FileBenchmarkReport))]
[JsonSerializable(typeof(GraphOutlook))]
[JsonSerializable(typeof(QuantizationResult))]
[JsonSerializable(typeof(Optimization))]
[JsonSerializable(typeof(ImmutableArray<MobileCoverage>))]
[JsonSerializable(typeof(ImmutableArray<QuantizedGraph>))]
[JsonSerializable(typeof(ImmutableArray<GoalMiss>))]
[JsonSerializable(typeof(ImmutableArray<RoundTripLoss>))]
internal sealed partial class CliJson : JsonSerializerContext;
