using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VampNet.Cli.Display;
using VampNet.Inference.Inspection;
using VampNet.Models;
using VampNet.Onnx.Quantization;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Inspection;

/// <summary>A graph, ready to be shown.</summary>
/// <param name="file">The graph's file.</param>
/// <param name="facts">Its contents.</param>
/// <param name="outlook">Inputs, largest weights and possible quantization of the graph.</param>
/// <param name="withTensors">Whether to list the initializers.</param>
internal sealed class GraphPage(FileInfo file, GraphInspection facts, GraphOutlook outlook, bool withTensors) : IInspectionPage
{
    private const int ShownReasons = 3;

    public void Write(Terminal terminal)
    {
        terminal.WriteFacts(
            ("file", file.FullName),
            ("layout", string.Create(CultureInfo.InvariantCulture, $"ONNX, IR version {facts.IrVersion}")),
            ("size", $"{VerdictTable.FormatBytes(file.Length)}, initializers {VerdictTable.FormatBytes(facts.InitializerBytes)}"),
            ("producer", facts.Producer.Length == 0 ? "unnamed" : facts.Producer),
            ("opsets", string.Join(", ", facts.Opsets.Select(each => $"{each.Key} {each.Value}"))),
            (
                "parameters",
                string.Create(CultureInfo.InvariantCulture, $"{facts.Parameters:N0} in {facts.Initializers.Length:N0} initializers")
            ),
            ("inputs", Lines(facts.Inputs.Select(each => $"{each.Name} {each.Type}"))),
            ("outputs", Lines(facts.Outputs.Select(each => $"{each.Name} {each.Type}"))),
            ("metadata", Lines(facts.Metadata.Select(each => $"{each.Key} = {each.Value}"))),
            ("fed", Lines(outlook.Inputs)),
            (
                "largest",
                Lines(
                    outlook.Largest.Select(each =>
                        $"{each.Name} {each.ElementType}[{string.Join(", ", each.Shape)}] {VerdictTable.FormatBytes(each.Bytes)}"
                    )
                )
            ),
            ("nodes", string.Create(CultureInfo.InvariantCulture, $"{facts.Nodes:N0}"))
        );
        terminal.Output.WriteLine();
        terminal.WriteTable(
            ["operator", "nodes#"],
            facts.Operators.Select(each => (string[])[each.Operator, each.Count.ToString("N0", CultureInfo.InvariantCulture)])
        );
        if (!outlook.Schemes.IsEmpty)
        {
            terminal.Output.WriteLine();
            terminal.WriteFacts(("quantize prepares", Lines(outlook.Preparation)));
            terminal.WriteTable(["quantize --scheme", "weights#", "bytes#", "leaves, the largest first"], outlook.Schemes.Select(Cells));
        }

        if (withTensors)
        {
            terminal.Output.WriteLine();
            terminal.WriteTable(["initializer", "type", "shape", "elements#", "bytes#"], facts.Initializers.Select(Cells));
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        JsonObject page = JsonSerializer.SerializeToNode(facts, CliJson.Default.GraphInspection)!.AsObject();
        page.Insert(0, "file", file.FullName);
        page.Insert(1, "bytes", file.Length);
        page.Insert(2, "sha256", ManifestFile.Read(file.FullName).Sha256);
        page["initializer_count"] = facts.Initializers.Length;
        page["outlook"] = JsonSerializer.SerializeToNode(outlook, CliJson.Default.GraphOutlook);
        if (!withTensors)
        {
            page.Remove("initializers");
        }

        page.WriteTo(json);
    }

    private static string Lines(IEnumerable<string> lines) => string.Join("\n", lines.DefaultIfEmpty("none"));

    private static string[] Cells(SchemeOutlook scheme) =>
        [
            scheme.Scheme == "weight-only" ? "weight-only-8, -4" : scheme.Scheme,
            scheme.Weights.ToString("N0", CultureInfo.InvariantCulture),
            scheme.Bytes.ToString("N0", CultureInfo.InvariantCulture),
            string.Join(
                "; ",
                scheme
                    .Left.Take(ShownReasons)
                    .Select(left => $"{left.Weights} ({VerdictTable.FormatBytes(left.Bytes)}, {left.Largest}): {left.Reason}")
            ),
        ];

    private static string[] Cells(InitializerInspection each) =>
        [
            each.Name,
            each.ElementType,
            $"[{string.Join(", ", each.Shape)}]",
            each.Elements.ToString("N0", CultureInfo.InvariantCulture),
            each.Bytes.ToString("N0", CultureInfo.InvariantCulture),
        ];
}
