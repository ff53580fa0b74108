using System.Collections.Immutable;
using System.Text;
using VampNet.Export;
using VampNet.Files;
using VampNet.Inference.Inspection;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Folders;

/// <summary>A folder of exported graphs on disk.</summary>
/// <param name="path">The folder; it need not exist yet.</param>
public sealed class ModelFolder(string path)
{
    /// <summary>The folder's path.</summary>
    public string Path { get; } = path;

    /// <summary>The folder's name without its path.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.GetFullPath(Path).TrimEnd(System.IO.Path.DirectorySeparatorChar));

    /// <summary>Whether the folder holds all four graphs of the music pipeline.</summary>
    public bool MakesMusic => ModelFiles.Graphs.All(file => File.Exists(At(file)));

    /// <summary>The path of a file of the folder.</summary>
    public string At(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Reads the folder's manifest.</summary>
    /// <exception cref="ValidationException">VNV0301: there is none.</exception>
    /// <exception cref="ExportException">VNM0101: it is malformed.</exception>
    public ModelManifest ReadManifest() =>
        File.Exists(At(ModelManifest.FileName))
            ? ModelManifest.Read(At(ModelManifest.FileName))
            : throw new ValidationException(
                ValidationErrorIds.ManifestMissing,
                found: $"no {ModelManifest.FileName} in {Path}",
                expected: "a folder that vampnet export has made",
                advice: "Name that folder, or export first"
            );

    /// <summary>Refuses a folder whose files are not those of its manifest. Reads every file.</summary>
    /// <exception cref="ValidationException">VNV0302: a file is missing or has changed; all of them are listed.</exception>
    public void RequireUnchanged(ModelManifest manifest)
    {
        string[] changed = [.. manifest.Files.Select(DescribeChange).OfType<string>()];
        if (changed.Length > 0)
        {
            throw new ValidationException(
                ValidationErrorIds.FilesChanged,
                found: $"changed or missing files in {Path}: {string.Join("; ", changed)}",
                expected: "the files that its manifest lists",
                advice: "Export again"
            );
        }
    }

    /// <summary>The sizes of the folder's graphs, in pipeline order: coarse, c2f, codec.</summary>
    public ImmutableArray<GraphFacts> DescribeGraphs(ModelManifest manifest) =>
        [.. InPipelineOrder(manifest).Select(model => Describe(manifest, model.Value.Graph))];

    /// <summary>Writes the folder's verdicts, replacing earlier ones. The manifest is not changed.</summary>
    /// <exception cref="ValidationException">VNV0301: there is no manifest.</exception>
    public void WriteVerdicts(VerificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ImmutableArray<ManifestFile> listed = ReadManifest().Files;
        ImmutableArray<ManifestFile> judged =
        [
            .. report
                .Verdicts.SelectMany(verdict => VerdictFile.FilesOf(verdict.File, listed))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        VerdictFile file = new(VerdictFile.CurrentFormat, $"{MetadataKeys.ToolName} {MetadataKeys.ToolVersion}", judged, report.Verdicts);
        WholeFile.Write(At(ModelFiles.Verdicts), Encoding.UTF8.GetBytes(VerdictJson.Write(file) + "\n"));
    }

    /// <summary>Reads the sizes of the folder's graphs and the verdicts on them. Verdicts on earlier graphs of the same names are left
    /// out.</summary>
    /// <exception cref="ValidationException">VNV0301: there is no manifest. VNV0103: the verdicts cannot be read.</exception>
    public VerificationReport ReadVerification()
    {
        ModelManifest manifest = ReadManifest();
        return new VerificationReport(
            DescribeGraphs(manifest),
            File.Exists(At(ModelFiles.Verdicts)) ? VerdictJson.ReadFile(File.ReadAllText(At(ModelFiles.Verdicts))).HoldingFor(manifest) : []
        );
    }

    internal static IEnumerable<KeyValuePair<string, ManifestModel>> InPipelineOrder(ModelManifest manifest) =>
        manifest.Models.OrderBy(model =>
            model.Key switch
            {
                "coarse" => 0,
                "c2f" => 1,
                "codec_encoder" => 2,
                "codec_decoder" => 3,
                _ => 4,
            }
        );

    private GraphFacts Describe(ModelManifest manifest, string graph)
    {
        using Model model = ModelReader.Read(At(graph));
        GraphInspection facts = GraphInspection.Of(model);
        long bytes = VerdictFile.FilesOf(graph, manifest.Files).Sum(file => file.Bytes);
        return new GraphFacts(graph, facts.Nodes, facts.Parameters, bytes);
    }

    private string? DescribeChange(ManifestFile listed)
    {
        if (!File.Exists(At(listed.Name)))
        {
            return $"no {listed.Name}";
        }

        ManifestFile found = ManifestFile.Read(At(listed.Name));
        return found == listed
            ? null
            : $"{listed.Name} with {found.Bytes} bytes of SHA-256 {found.Sha256}, listed with {listed.Bytes} of {listed.Sha256}";
    }
}
