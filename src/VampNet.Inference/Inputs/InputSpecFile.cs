using System.Collections.Immutable;
using System.Text.Json;

namespace VampNet.Inference.Inputs;

/// <summary>
/// Specifications of inputs as a JSON object: each member is an input's name, with text as <c>--input</c> takes it behind the colon
/// (<c>"float32[1,3,H=320,W=320]0..1"</c>), or with an object of the members <c>type</c> (text), <c>shape</c> (an array of numbers,
/// letters, and texts such as <c>"H=320"</c>), and one of <c>range</c> (two numbers), <c>below</c> and <c>value</c> (a number).
/// </summary>
public static class InputSpecFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>Reads the specifications of a file.</summary>
    /// <exception cref="InferenceException">VNI0346: the file holds no such object.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImmutableArray<InputSpec> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path).Length > MostBytes)
        {
            throw Refused(path, $"it is larger than {MostBytes} bytes");
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads the specifications of a text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Name of its origin in messages.</param>
    /// <exception cref="InferenceException">VNI0346: the text is no such object.</exception>
    public static ImmutableArray<InputSpec> Parse(string json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Select(member => Parse(member, source))]
                : throw Refused(source, "it is not a JSON object");
        }
        // Half a surrogate pair is JSON, and no text.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Refused(source, "it is not JSON");
        }
    }

    private static InputSpec Parse(JsonProperty member, string source)
    {
        string text = member.Value.ValueKind switch
        {
            JsonValueKind.String => member.Value.GetString()!,
            JsonValueKind.Object => Text(member.Value, member.Name, source),
            _ => throw Refused(source, $"\"{member.Name}\" is neither a text nor an object"),
        };
        return InputSpec.TryParse(member.Name, text, out InputSpec? spec, out string? problem)
            ? spec
            : throw Refused(source, $"for \"{member.Name}\", {problem}");
    }

    private static string Text(JsonElement value, string name, string source)
    {
        string type = "",
            axes = "",
            range = "";
        foreach (JsonProperty part in value.EnumerateObject())
        {
            JsonElement content = part.Value;
            switch (part.Name)
            {
                case "type" when content.ValueKind == JsonValueKind.String:
                    type = content.GetString()!;
                    break;
                case "shape" when content.ValueKind == JsonValueKind.Array:
                    axes = $"[{string.Join(',', content.EnumerateArray().Select(axis => axis.ToString()))}]";
                    break;
                case "range" when content.ValueKind == JsonValueKind.Array && content.GetArrayLength() == 2:
                    range = $"{content[0]}..{content[1]}";
                    break;
                case "below" when content.ValueKind == JsonValueKind.Number:
                    range = $"<{content}";
                    break;
                case "value" when content.ValueKind == JsonValueKind.Number:
                    range = $"={content}";
                    break;
                default:
                    throw Refused(source, $"\"{name}\" has the part \"{part.Name}\", which is unknown or of a wrong kind");
            }
        }

        return $"{type}{axes} {range}";
    }

    private static InferenceException Refused(string source, string problem) =>
        new(
            InferenceErrorIds.InputSpecFileUnusable,
            found: $"a file of input specifications that cannot be used, {source}: {problem}",
            expected: "one JSON object: {\"image\": \"float32[1,3,H=320,W=320]0..1\", \"ids\": {\"type\": \"int32\", \"shape\": [1, "
                + "\"T=128\"], \"below\": 30522}}"
        );
}
