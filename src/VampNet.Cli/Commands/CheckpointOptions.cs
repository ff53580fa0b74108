using System.CommandLine;
using VampNet.Export;

namespace VampNet.Cli.Commands;

/// <summary>The options that name checkpoints: a folder that holds all three, or each by itself.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<DirectoryInfo> _folder = new("--checkpoints")
    {
        HelpName = "DIR",
        Description = "Folder with coarse.pth, c2f.pth and codec.pth.",
    };
    private readonly Option<FileInfo> _coarse = new("--coarse")
    {
        HelpName = "FILE",
        Description = "The coarse model, instead of --checkpoints.",
    };
    private readonly Option<FileInfo> _c2f = new("--c2f")
    {
        HelpName = "FILE",
        Description = "The coarse-to-fine model, instead of --checkpoints.",
    };
    private readonly Option<FileInfo> _codec = new("--codec")
    {
        HelpName = "FILE",
        Description = "The codec, LAC or DAC, instead of --checkpoints. Every export needs it; alone, it gives the two codec graphs.",
    };
    private readonly Option<FileInfo> _lora = new("--lora")
    {
        HelpName = "PATH",
        Description =
            "LoRA tensors to lay over the one model that they fit; or a folder with a fine-tuned coarse.pth and c2f.pth, whole "
            + "or LoRA tensors alone.",
    };
    private readonly Option<FileInfo> _coarseLora = new("--coarse-lora")
    {
        HelpName = "FILE",
        Description = "LoRA tensors to lay over the coarse model.",
    };
    private readonly Option<FileInfo> _c2fLora = new("--c2f-lora")
    {
        HelpName = "FILE",
        Description = "LoRA tensors to lay over the coarse-to-fine model.",
    };

    /// <summary>Gives a command these options, and refuses combinations that contradict each other.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_folder, _coarse, _c2f, _codec, _lora, _coarseLora, _c2fLora])
        {
            command.Add(option);
        }
    }

    /// <summary>The files that the command line names.</summary>
    /// <exception cref="UsageException">Options that contradict each other.</exception>
    /// <exception cref="ExportException">The folder lacks one of the three.</exception>
    /// <exception cref="CommandException">VNL0006: the LoRA file fits no model, or more than one; the folder holds none.</exception>
    public CheckpointFiles Read(ParseResult arguments)
    {
        RequireConsistent(arguments);
        CheckpointFiles files = arguments.GetValue(_folder) is { } folder
            ? CheckpointFiles.OfFolder(folder.FullName)
            : new CheckpointFiles(
                arguments.GetValue(_coarse)?.FullName,
                arguments.GetValue(_c2f)?.FullName,
                arguments.GetValue(_codec)?.FullName
            );
        return arguments.GetValue(_lora) is { } lora
            ? LoraPlacement.Place(lora.FullName, files)
            : files with
            {
                CoarseLora = arguments.GetValue(_coarseLora)?.FullName,
                C2fLora = arguments.GetValue(_c2fLora)?.FullName,
            };
    }

    private void RequireConsistent(ParseResult arguments)
    {
        bool isNamed = IsGiven(_coarse) || IsGiven(_c2f) || IsGiven(_codec);
        if (IsGiven(_folder) == isNamed)
        {
            throw new UsageException("Give either --checkpoints DIR, or the files by --codec with --coarse, --c2f or both.");
        }

        if (IsGiven(_lora) && (IsGiven(_coarseLora) || IsGiven(_c2fLora)))
        {
            throw new UsageException("Give either --lora, or --coarse-lora and --c2f-lora.");
        }

        bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };
    }
}
