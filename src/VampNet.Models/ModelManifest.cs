using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VampNet.Models;

/// <summary>The manifest of a folder of exported models, <c>manifest.json</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>The manifest's name within the folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The format version that this library writes and reads.</summary>
    public const string CurrentFormat = "vampnet-models/1";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The format version of this manifest.</summary>
    public required string Format { get; init; }

    /// <summary>The tool that wrote the folder, with its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The version of the standard operator set.</summary>
    public required int Opset { get; init; }

    /// <summary>Target of the graphs: standard operators alone or ONNX Runtime's too, <c>portable</c> or <c>onnxruntime</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The licence of the weights, an SPDX expression where one exists, or "unstated".</summary>
    public required string WeightLicense { get; init; }

    /// <summary>The models, by name: coarse, c2f, codec_encoder, codec_decoder.</summary>
    public required ImmutableSortedDictionary<string, ManifestModel> Models { get; init; }

    /// <summary>Every file of the folder but the manifest, ordered by name.</summary>
    public required ImmutableArray<ManifestFile> Files { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelsException">VNM0101: it is no JSON, or of another form.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            ModelManifest? manifest = JsonSerializer.Deserialize<ModelManifest>(File.ReadAllText(path), Json);
            return manifest?.Format == CurrentFormat ? manifest : throw Malformed(path, $"the format \"{manifest?.Format}\"", null);
        }
        catch (JsonException e)
        {
            throw Malformed(path, $"contents that do not parse ({e.Message})", e);
        }
    }

    /// <summary>The manifest as indented JSON in UTF-8: equal manifests give equal bytes.</summary>
    public byte[] ToUtf8Json() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    private static ModelsException Malformed(string path, string found, Exception? cause) =>
        new(
            ModelsErrorIds.ManifestUnreadable,
            found: $"{found} in {path}",
            expected: $"a manifest of the form \"{CurrentFormat}\"",
            advice: "Choose another folder, or export anew into an empty one",
            cause: cause
        );
}
