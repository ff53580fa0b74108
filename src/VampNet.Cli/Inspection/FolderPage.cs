using System.Text.Json;
using VampNet.Architecture;
using VampNet.Cli.Display;
using VampNet.Export.Folders;
using VampNet.Models;

namespace VampNet.Cli.Inspection;

/// <summary>A folder of checkpoints or of exported models, ready to be shown: what family it is, what is there, what is missing, and the
/// command that converts it.</summary>
/// <param name="folder">The folder as it was named.</param>
/// <param name="inventory">Its contents.</param>
internal sealed class FolderPage(string folder, FolderInventory inventory) : IInspectionPage
{
    private CheckpointFolder Found => inventory.Checkpoints;

    private bool HasTransformer => Found.Coarse is not null || Found.C2f is not null;

    private bool IsExported => File.Exists(Path.Combine(folder, ModelManifest.FileName));

    private string Family =>
        IsExported ? "exported models"
        : !Found.HasCodec ? (HasTransformer ? "VampNet, without its codec" : "none that can be converted")
        : !inventory.Family.IsCodec() ? $"{ModelFamilies.Describe(inventory.Family)}, which cannot be converted"
        : HasTransformer ? $"VampNet with {ModelFamilies.Describe(inventory.Family)}"
        : $"{ModelFamilies.Describe(inventory.Family)} alone";

    private string[] Missing =>
        IsExported
            ? []
            :
            [
                .. new[]
                {
                    (Found.Codec is null, "codec.pth: a LAC or DAC codec, which every export needs"),
                    (Found.Coarse is null, "coarse.pth: the coarse model, which music needs"),
                    (Found.C2f is null, "c2f.pth: the coarse-to-fine model, which music needs"),
                }
                    .Where(each => each.Item1)
                    .Select(each => each.Item2),
            ];

    /// <summary>The command to run next; null if nothing can be converted.</summary>
    private string? Command =>
        IsExported ? $"vampnet verify {Quoted(folder)} --checkpoints DIR"
        : inventory.Family.IsCodec() ? $"vampnet export --checkpoints {Quoted(folder)} --out {Quoted(OutputFolder)}"
        : inventory.Tags.Length > 0 ? $"vampnet export --checkpoints DIR --lora {Quoted(folder)} --out {Quoted(OutputFolder)}"
        : null;

    private string OutputFolder => $"models/{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}";

    public void Write(Terminal terminal)
    {
        terminal.WriteFacts(
            ("folder", folder),
            ("family", Family),
            ("found in", HasTransformer || Found.HasCodec ? Found.Folder : $"none of\n{string.Join("\n", inventory.Looked)}"),
            ("missing", Lines(Missing)),
            ("fine-tuned", Lines(inventory.FineTuned.Select(name => $"{name}: add --lora {Quoted(name)}"))),
            ("tags", Lines(inventory.Tags)),
            ("to convert", Command ?? "name another folder, or each file by --codec, --coarse and --c2f")
        );
        if (inventory.Files.Length > 0)
        {
            terminal.Output.WriteLine();
            terminal.WriteTable(
                ["file", "what"],
                inventory.Files.Select(file => (string[])[Path.GetRelativePath(folder, file.Path), file.What])
            );
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("folder", folder);
        json.WriteString("family", Family);
        json.WriteString("coarse", Found.Coarse);
        json.WriteString("c2f", Found.C2f);
        json.WriteString("codec", Found.Codec);
        WriteTexts(json, "missing", Missing);
        WriteTexts(json, "fine_tuned", inventory.FineTuned);
        WriteTexts(json, "tags", inventory.Tags);
        json.WriteString("command", Command);
        json.WriteStartArray("files");
        foreach ((string path, string what) in inventory.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("what", what);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string Lines(IEnumerable<string> lines) => string.Join("\n", lines.DefaultIfEmpty("none"));

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
