using System.CommandLine;
using VampNet.Checkpoints;
using VampNet.Cli.Display;
using VampNet.Cli.Inspection;
using VampNet.Inference.Inspection;
using VampNet.Onnx;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet inspect FILE</c>: what a checkpoint, a tensor file or a graph holds.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "A checkpoint (.pth, .safetensors) or a graph (.onnx)." };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "List every tensor with its type and shape." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public InspectCommand(Terminal terminal)
        : base(
            terminal,
            "inspect",
            "Shows what a checkpoint, a tensor file or a graph holds. Nothing in the file is executed.",
            "vampnet inspect checkpoints/demo/coarse.pth --tensors",
            "vampnet inspect models/demo/coarse.onnx --json"
        )
    {
        Add(_file);
        Add(_tensors);
        Add(_json);
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        FileInfo file = arguments.GetRequiredValue(_file);
        if (!file.Exists)
        {
            throw new CommandException(
                "VNL0002",
                $"Found no file {file.FullName}.\nExpected a checkpoint (.pth, .safetensors) or a graph (.onnx)."
            );
        }

        bool withTensors = arguments.GetValue(_tensors);
        if (file.Extension.Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            using Model model = ModelReader.Read(file.FullName);
            Show(
                new GraphPage(file, GraphInspection.Of(model, hashTensors: withTensors && arguments.GetValue(_json)), withTensors),
                arguments
            );
        }
        else
        {
            using Checkpoint checkpoint = Checkpoint.Open(file.FullName);
            Show(
                new CheckpointPage(CheckpointInspection.Of(checkpoint, hashTensors: withTensors && arguments.GetValue(_json)), withTensors),
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
