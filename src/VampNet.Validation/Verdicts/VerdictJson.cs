using System.Text.Json;
using System.Text.Json.Serialization;

namespace VampNet.Validation.Verdicts;

/// <summary>Verification reports as JSON: snake_case, indented, NaN and infinities as the strings <c>"NaN"</c>, <c>"Infinity"</c>,
/// <c>"-Infinity"</c>.</summary>
public static partial class VerdictJson
{
    /// <summary>The report as JSON text.</summary>
    public static string Write(VerificationReport report) => JsonSerializer.Serialize(report, Context.Default.VerificationReport);

    /// <summary>A folder's verdicts as JSON text.</summary>
    public static string Write(VerdictFile file) => JsonSerializer.Serialize(file, Context.Default.VerdictFile);

    /// <summary>Reads the verdicts of a folder.</summary>
    /// <param name="json">The text of a <c>verdicts.json</c>.</param>
    /// <exception cref="ValidationException">VNV0103: the text holds no verdicts, or is of another form.</exception>
    public static VerdictFile ReadFile(string json)
    {
        try
        {
            VerdictFile file = JsonSerializer.Deserialize(json, Context.Default.VerdictFile) ?? throw new JsonException("the text is null");
            return file.Format == VerdictFile.CurrentFormat
                ? file
                : throw new JsonException($"the format is \"{file.Format}\", not \"{VerdictFile.CurrentFormat}\"");
        }
        catch (JsonException error)
        {
            throw Unreadable("file of verdicts", error);
        }
    }

    /// <summary>Reads what <see cref="Write(VerificationReport)"/> wrote.</summary>
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
        new(
            ValidationErrorIds.ReportUnreadable,
            found: $"a {what} that cannot be read: {error.Message}",
            expected: "JSON as vampnet verify writes it"
        );

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n"
    )]
    [JsonSerializable(typeof(VerificationReport))]
    [JsonSerializable(typeof(VerdictFile))]
    private sealed partial class Context : JsonSerializerContext;
}
