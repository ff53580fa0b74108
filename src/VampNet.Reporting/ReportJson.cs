using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;

namespace VampNet.Reporting;

/// <summary>Reports as JSON: snake_case, indented, enumerations by name, NaN and infinities as strings. docs/report.schema.json is its
/// schema.</summary>
public static partial class ReportJson
{
    /// <summary>The report as JSON text with a final line break.</summary>
    public static string Write(RunReport report) => JsonSerializer.Serialize(report, ReportContext.Default.RunReport) + "\n";

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ReportingException">VNP0103: the text is no report of this form.</exception>
    public static RunReport Read(string json)
    {
        try
        {
            RunReport? report = JsonSerializer.Deserialize(json, ReportContext.Default.RunReport);
            return report?.Format == RunReport.CurrentFormat ? report : throw new JsonException($"the format is \"{report?.Format}\"");
        }
        catch (JsonException error)
        {
            throw new ReportingException(
                ReportingErrorIds.ReportUnreadable,
                found: $"a report that cannot be read: {error.Message}",
                expected: $"a report.json of the form {RunReport.CurrentFormat}, as vampnet report writes it"
            );
        }
    }

    /// <summary>The JSON schema of a report (draft 2020-12), with a final line break.</summary>
    public static string Schema()
    {
        JsonNode schema = ReportContext.Default.Options.GetJsonSchemaAsNode(
            typeof(RunReport),
            new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }
        );
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UseStringEnumConverter = true,
        WriteIndented = true,
        NewLine = "\n"
    )]
    [JsonSerializable(typeof(RunReport))]
    private sealed partial class ReportContext : JsonSerializerContext;
}
