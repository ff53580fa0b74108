using System.CommandLine;
using VampNet.Export;
using VampNet.Export.Step;
using VampNet.Files;
using VampNet.Models;
using VampNet.Onnx;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet step MODEL</c>: the sampling step of exported transformers as graphs.</summary>
internal sealed class StepCommand : ToolCommand
{
    private readonly Argument<DirectoryInfo> _model = new("MODEL")
    {
        Description = "A folder with coarse.onnx and c2f.onnx, or one of these graphs.",
    };
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        HelpName = "DIR",
        Description = "Write the step graphs to this folder. Absent: beside the transformers.",
    };
    private readonly Option<int> _opset = NumberOption.Whole(
        "--opset",
        ExportOptions.MinimumOpset,
        ExportOptions.MaximumOpset,
        ExportOptions.Default.Opset,
        "Write the seeded graphs with ONNX operator set N, 17 to 23; from 18 on they are faster. The others always use 17."
    );

    private readonly Option<bool> _fused = new("--fused-step")
    {
        Description =
            "Write the whole transformer and its step as one graph instead, at the transformer's operator set: NAME_fused_step.onnx and "
            + "NAME_fused_step_seeded.onnx. Each holds its own copy of the weights.",
    };

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Writes the sampling step of transformers as graphs: NAME_step.onnx takes noise as inputs, NAME_step_seeded.onnx "
        + "generates it from a seed.";

    public StepCommand(Terminal terminal)
        : base(
            terminal,
            "step",
            Summary,
            "vampnet step models/demo",
            "vampnet step models/demo/coarse.onnx --out steps",
            "vampnet step models/demo-dynamic --fused-step"
        )
    {
        Add(_model);
        Add(_out);
        Add(_opset);
        Add(_fused);
    }

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        Transformers(arguments).SelectMany(graph => Steps(arguments, graph)).Select(step => step.Path);

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] transformers = [.. Transformers(arguments)];
        if (transformers.Length == 0)
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no coarse.onnx or c2f.onnx at {arguments.GetRequiredValue(_model).FullName}",
                expected: "exported transformers",
                advice: "Export them first with vampnet export, or name the file of one"
            );
        }

        foreach (string transformer in transformers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Write(arguments, transformer);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private void Write(ParseResult arguments, string transformer)
    {
        OrderedDictionary<string, string> metadata;
        using (Model model = ModelReader.Read(transformer))
        {
            metadata = new(model.Metadata, StringComparer.Ordinal);
        }

        StepShape shape = StepShape.Parse(metadata.GetValueOrDefault(MetadataKeys.Configuration), transformer);
        if (arguments.GetValue(_fused))
        {
            WriteFused(arguments, transformer, shape);
            return;
        }

        foreach ((string path, StepNoise noise, int opset) in Steps(arguments, transformer))
        {
            using Model step = StepEmitter.Emit(shape, noise, ExportOptions.Default with { Opset = opset });
            foreach ((string key, string value) in metadata.Where(entry => !step.Metadata.ContainsKey(entry.Key)))
            {
                step.Metadata.Add(key, value);
            }

            ModelWriter.Write(step, path, null);
            List(path);
            Terminal.Output.WriteLine($"{path}: {step.Graph.Nodes.Count} nodes, opset {opset}");
        }
    }

    private void WriteFused(ParseResult arguments, string transformer, StepShape shape)
    {
        foreach ((string path, StepNoise noise, _) in Steps(arguments, transformer))
        {
            using Model model = ModelReader.Read(transformer);
            RequireOpset(model, transformer);
            FusedStep.Append(model, shape, noise);
            ModelWriter.Write(model, path, new ExternalDataOptions());
            List(path);
            if (File.Exists($"{path}.data"))
            {
                List($"{path}.data");
            }

            Terminal.Output.WriteLine($"{path}: {model.Graph.Nodes.Count} nodes, opset {model.Opset}");
        }
    }

    private static void RequireOpset(Model model, string path)
    {
        if (model.Opset is < ExportOptions.MinimumOpset or > ExportOptions.MaximumOpset || model.Graph.Outputs is not [{ Name: "logits" }])
        {
            throw new CommandException(
                CommandErrorIds.StepUnfit,
                found: $"the operator set {model.Opset} and the outputs "
                    + $"{string.Join(", ", model.Graph.Outputs.Select(output => output.Name))} in {path}",
                expected: $"the operator set {ExportOptions.MinimumOpset} to {ExportOptions.MaximumOpset}, and the output logits alone",
                advice: "Convert it with vampnet optimize --opset N, or name a transformer that vampnet export has made"
            );
        }
    }

    // A folder that export has made lists its files.
    private static void List(string path)
    {
        var folder = new ModelFolder(Path.GetDirectoryName(path)!);
        if (File.Exists(folder.At(ModelManifest.FileName)))
        {
            ModelManifest manifest = folder.ReadManifest();
            ManifestFile file = ManifestFile.Read(path);
            IEnumerable<ManifestFile> files = manifest.Files.Where(other => other.Name != file.Name).Append(file);
            WholeFile.Write(
                folder.At(ModelManifest.FileName),
                (manifest with { Files = [.. files.OrderBy(other => other.Name, StringComparer.Ordinal)] }).ToUtf8Json()
            );
        }
    }

    private IEnumerable<string> Transformers(ParseResult arguments)
    {
        string path = arguments.GetRequiredValue(_model).FullName;
        return File.Exists(path)
            ? [path]
            : new[] { ModelFiles.Coarse, ModelFiles.CoarseToFine }.Select(name => Path.Combine(path, name)).Where(File.Exists);
    }

    private IEnumerable<(string Path, StepNoise Noise, int Opset)> Steps(ParseResult arguments, string transformer)
    {
        string beside = arguments.GetValue(_out) is { } folder ? Path.Combine(folder.FullName, Path.GetFileName(transformer)) : transformer;
        if (arguments.GetValue(_fused))
        {
            yield return (ModelFiles.FusedStepOf(beside), StepNoise.Given, 0);
            yield return (ModelFiles.SeededFusedStepOf(beside), StepNoise.Seeded, 0);
            yield break;
        }

        yield return (ModelFiles.StepOf(beside), StepNoise.Given, StepEmitter.DefaultOpset);
        yield return (ModelFiles.SeededStepOf(beside), StepNoise.Seeded, arguments.GetValue(_opset));
    }
}
