using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VampNet.Inference.Sessions;

namespace VampNet.Inference.Budgets;

/// <summary>The budgets, and the inputs graphs are judged on: the contents of <c>budgets.json</c>.</summary>
public sealed partial record VerificationPlan
{
    /// <summary>Name of the budget for a float32 TorchSharp module against upstream.</summary>
    public const string TorchFloat32 = "torchsharp-fp32";

    /// <summary>Name of the budget for a float32 transformer graph in ONNX Runtime.</summary>
    public const string OnnxFloat32 = "onnx-fp32";

    /// <summary>Name of the budget for decoded audio, float32.</summary>
    public const string AudioFloat32 = "audio-fp32";

    /// <summary>Name of the budget for the codes of the codec's encoder.</summary>
    public const string CodecCodes = "codec-codes";

    // Suffix of the names of budgets for graphs on CUDA.
    private const string CudaSuffix = "-cuda";

    /// <summary>The plan this build was made with.</summary>
    public static VerificationPlan Default { get; } = LoadEmbedded();

    /// <summary>Seed of the random codes and audio.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Share of MASK among the random codes, 0 to 1.</summary>
    public required double MaskShare { get; init; }

    /// <summary>Sizes at which transformers are judged.</summary>
    public required ImmutableArray<VerificationCase> TransformerCases { get; init; }

    /// <summary>Sizes at which the codec's halves are judged.</summary>
    public required ImmutableArray<VerificationCase> CodecCases { get; init; }

    /// <summary>Every budget.</summary>
    public required ImmutableArray<Budget> Budgets { get; init; }

    /// <summary>The execution provider of the judged graphs; not part of <c>budgets.json</c>.</summary>
    [JsonIgnore]
    public SessionProvider Provider { get; init; } = SessionProvider.Processor;

    /// <summary>The budget for a graph on <see cref="Provider"/>: the processor's, or the budget of the same name with
    /// <c>-cuda</c>.</summary>
    /// <param name="name">The processor's budget, such as <see cref="OnnxFloat32"/>.</param>
    /// <exception cref="InferenceException">VNI0101: no budget of that name.</exception>
    public Budget BudgetOnProvider(string name) => Budget(Provider.IsProcessor ? name : name + CudaSuffix);

    /// <summary>The budget of a name.</summary>
    /// <exception cref="InferenceException">VNI0101: no budget of that name.</exception>
    public Budget Budget(string name) =>
        Budgets.FirstOrDefault(budget => budget.Name == name)
        ?? throw new InferenceException(
            InferenceErrorIds.BudgetUnknown,
            found: $"no budget named \"{name}\"",
            expected: $"one of: {string.Join(", ", Budgets.Select(budget => budget.Name))}"
        );

    /// <summary>Reads a plan from JSON text in the form of <c>budgets.json</c>.</summary>
    /// <exception cref="InferenceException">VNI0102: the text is no such plan.</exception>
    public static VerificationPlan Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PlanJson.Default.VerificationPlan) ?? throw new JsonException("the text is null");
        }
        catch (JsonException error)
        {
            throw new InferenceException(
                InferenceErrorIds.PlanUnreadable,
                found: $"a verification plan that cannot be read: {error.Message}",
                expected: "the form of budgets.json: seed, mask_share, transformer_cases, codec_cases, budgets"
            );
        }
    }

    /// <summary>The size at which models are compared layer by layer.</summary>
    internal static VerificationCase Longest(ImmutableArray<VerificationCase> cases) => cases.MaxBy(size => size.Frames)!;

    private static VerificationPlan LoadEmbedded()
    {
        using Stream stream = typeof(VerificationPlan).Assembly.GetManifestResourceStream("budgets.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
    )]
    [JsonSerializable(typeof(VerificationPlan))]
    private sealed partial class PlanJson : JsonSerializerContext;
}
