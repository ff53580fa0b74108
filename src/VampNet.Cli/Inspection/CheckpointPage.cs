using System.Globalization;
using System.Text.Json;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;
using VampNet.Cli.Display;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Inspection;

/// <summary>A checkpoint or tensor file, ready to be shown.</summary>
/// <param name="facts">Its contents.</param>
/// <param name="withTensors">Whether to list the tensors.</param>
internal sealed class CheckpointPage(CheckpointInspection facts, bool withTensors) : IInspectionPage
{
    public void Write(Terminal terminal)
    {
        terminal.WriteFacts(
            ("file", facts.Path),
            ("layout", facts.Layout.ToString()),
            ("size", VerdictTable.FormatBytes(facts.FileLength)),
            ("SHA-256", facts.Sha256 ?? "not computed"),
            ("parameters", string.Create(CultureInfo.InvariantCulture, $"{facts.ParameterCount:N0} in {facts.Tensors.Length:N0} tensors")),
            ("LoRA", DescribeLora()),
            ("globals", facts.Globals.IsEmpty ? "none" : string.Join("\n", facts.Globals)),
            ("metadata", DescribeMetadata())
        );
        if (withTensors)
        {
            terminal.Output.WriteLine();
            terminal.WriteTable(["tensor", "type", "shape", "elements#", "bytes#"], facts.Tensors.Select(Cells));
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("file", facts.Path);
        json.WriteString("layout", facts.Layout.ToString());
        json.WriteNumber("bytes", facts.FileLength);
        json.WriteString("sha256", facts.Sha256);
        json.WriteNumber("parameters", facts.ParameterCount);
        json.WriteNumber("tensor_count", facts.Tensors.Length);
        json.WriteBoolean("lora", facts.HasLora);
        json.WriteBoolean("lora_only", facts.HasLora && facts.IsLoraOnly);
        json.WriteStartArray("globals");
        foreach (string global in facts.Globals)
        {
            json.WriteStringValue(global);
        }

        json.WriteEndArray();
        json.WritePropertyName("metadata");
        MetadataJson.Write(json, facts.Metadata);
        if (withTensors)
        {
            WriteTensors(json);
        }

        json.WriteEndObject();
    }

    /// <summary>PyTorch's name of a type, without the module: float32, int64, bool.</summary>
    private static string DtypeOf(TensorElementType type) =>
        type switch
        {
            TensorElementType.Float8E4M3FN => "float8_e4m3fn",
            TensorElementType.Float8E5M2 => "float8_e5m2",
            _ => type.ToString().ToLowerInvariant(),
        };

    private static string[] Cells(TensorRow tensor) =>
        [
            tensor.Name,
            tensor.ElementType.ToString(),
            $"[{string.Join(", ", tensor.Shape)}]",
            tensor.ElementCount.ToString("N0", CultureInfo.InvariantCulture),
            tensor.ByteLength.ToString("N0", CultureInfo.InvariantCulture),
        ];

    private string DescribeLora() =>
        (facts.HasLora, facts.IsLoraOnly) switch
        {
            (false, _) => "no",
            (true, true) => "nothing else: a file to merge into a base checkpoint",
            (true, false) => "present, not yet merged",
        };

    // kwargs is the model's configuration: each setting on a line of its own. Everything else is short.
    private string DescribeMetadata()
    {
        if (facts.Metadata is not MetadataValue.Mapping { Entries.Length: > 0 } mapping)
        {
            return "none";
        }

        IEnumerable<string> lines = mapping.Entries.SelectMany(entry =>
            entry.Value is MetadataValue.Mapping inner
                ? inner.Entries.Select(each => $"{Name(entry.Key)}.{Name(each.Key)} = {each.Value.ToJson()}")
                : [$"{Name(entry.Key)} = {entry.Value.ToJson()}"]
        );
        return string.Join("\n", lines);
    }

    private static string Name(MetadataValue key) => key is MetadataValue.Text text ? text.Value : key.ToJson();

    private void WriteTensors(Utf8JsonWriter json)
    {
        json.WriteStartArray("tensors");
        foreach (TensorRow tensor in facts.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("type", tensor.ElementType.ToString());
            json.WriteString("dtype", DtypeOf(tensor.ElementType));
            json.WriteStartArray("shape");
            foreach (long extent in tensor.Shape)
            {
                json.WriteNumberValue(extent);
            }

            json.WriteEndArray();
            json.WriteNumber("elements", tensor.ElementCount);
            json.WriteNumber("bytes", tensor.ByteLength);
            json.WriteString("sha256", tensor.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
