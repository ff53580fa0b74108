using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VampNet.Validation.Verdicts;

/// <summary>Verification reports as JSON: snake_case, indented, NaN and infinities as the strings <c>"NaN"</c>, <c>"Infinity"</c>,
/// <c>"-Infinity"</c>.</summary>
public static partial class VerdictJson
{
    /// <summary>The report as JSON text.</summary>
    public static string Write(VerificationReport report) => JsonSerializer.Serialize(report, Context.Default.VerificationReport);

    /// <summary>One graph's verdict as a JSON element, to be put into a manifest.</summary>
    public static JsonElement ToElement(GraphVerdict verdict) => JsonSerializer.SerializeToElement(verdict, Context.Default.GraphVerdict);

    /// <summary>Reads one graph's verdict back from a manifest.</summary>
    /// <exception cref="ValidationException">VNV0103: it is no verdict.</exception>
    public static GraphVerdict FromNode(JsonNode? verdict)
    {
        try
        {
            return verdict.Deserialize(Context.Default.GraphVerdict) ?? throw new JsonException("the verdict is null");
        }
        catch (JsonException error)
        {
            throw Unreadable("verdict", error);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ValidationException">VNV0103: the text is no report.</exception>
    public static VerificationReport Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Context.Default.VerificationReport) ?? throw new JsonException("the text is null");
        }
        catch (JsonException error)
        {
            throw Unreadable("verification report", error);
        }
    }

    private static ValidationException Unreadable(string what, JsonException error) =>
        new("VNV0103", $"Found a {what} that cannot be read: {error.Message}\nExpected JSON as vampnet verify writes it.");

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n"
    )]
    [JsonSerializable(typeof(VerificationReport))]
    [JsonSerializable(typeof(GraphVerdict))]
    private sealed partial class Context : JsonSerializerContext;
}
