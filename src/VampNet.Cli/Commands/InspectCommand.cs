using System.CommandLine;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Dac;
using VampNet.Cli.Display;
using VampNet.Cli.Inspection;
using VampNet.Export.Folders;
using VampNet.Inference.Inspection;
using VampNet.Onnx;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet inspect PATH</c>: what a checkpoint, a tensor file, a graph, a .dac file or a folder holds.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<FileInfo> _file = new("PATH")
    {
        Description = "A checkpoint (.pth, .safetensors), a graph (.onnx), a coded recording (.dac), or a folder of checkpoints.",
    };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "List every tensor with its type and shape." };
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Shows what a checkpoint, a tensor file or a .dac file holds; of a graph also its inputs, its largest weights and "
        + "what quantize would "
        + "do; of a folder, what can be converted and how. Nothing in a file is executed.";

    public InspectCommand(Terminal terminal)
        : base(
            terminal,
            "inspect",
            Summary,
            "vampnet inspect checkpoints/demo/coarse.pth --tensors",
            "vampnet inspect models/demo/coarse.onnx --json",
            "vampnet inspect checkpoints/demo",
            "vampnet inspect song.dac"
        )
    {
        Add(_file);
        Add(_tensors);
        Add(_json);
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        FileInfo file = arguments.GetRequiredValue(_file);
        if (Directory.Exists(file.FullName))
        {
            // As it was typed, for the command that is shown.
            string folder = file.ToString();
            Show(new FolderPage(folder, FolderInventory.Read(folder)), arguments);
            return Task.FromResult(ExitCode.Done);
        }

        if (!file.Exists)
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {file.FullName}",
                expected: "a checkpoint (.pth, .safetensors), a graph (.onnx), a coded recording (.dac) or a folder of checkpoints"
            );
        }

        bool withTensors = arguments.GetValue(_tensors);
        if (file.Extension.Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            using Model model = ModelReader.Read(file.FullName);
            var facts = GraphInspection.Of(model, hashTensors: withTensors && arguments.GetValue(_json));
            Show(new GraphPage(file, facts, GraphOutlook.Of(model), withTensors), arguments);
        }
        else if (DacFileReader.IsDacFile(file.FullName))
        {
            Show(new DacPage(file, DacFileReader.Read(file.FullName)), arguments);
        }
        else
        {
            using Checkpoint checkpoint = Checkpoint.Open(file.FullName);
            Show(
                new CheckpointPage(
                    CheckpointInspection.Read(checkpoint, hashTensors: withTensors && arguments.GetValue(_json)),
                    withTensors
                ),
                arguments
            );
        }

        return Task.FromResult(ExitCode.Done);
    }

    private void Show(IInspectionPage page, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(page.WriteJson);
        }
        else
        {
            page.Write(Terminal);
        }
    }
}
