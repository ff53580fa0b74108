using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Export;
using VampNet.Export.Folders;

namespace VampNet.Cli.Commands;

/// <summary>The options that name checkpoints: a folder that holds all three, or each by itself.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<DirectoryInfo> _folder = new("--checkpoints")
    {
        HelpName = "DIR",
        Description =
            "Folder that holds codec.pth, and coarse.pth, c2f.pth or both. A checkout of upstream or a snapshot of its models, with "
            + "these files in models/vampnet, is such a folder too.",
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
            "Merge a file of LoRA tensors into the model that they fit; or a folder with a fine-tuned coarse.pth and c2f.pth, whole "
            + "or LoRA tensors alone; or the NAME of one in DIR/models/vampnet/loras, DIR/loras, DIR/models/loras or of a training "
            + "run in DIR/runs.",
    };
    private readonly Option<string> _tag = new("--tag")
    {
        HelpName = "TAG",
        DefaultValueFactory = _ => FineTunedModel.DefaultTag,
        Description = "Take this state of the training run that --lora names: latest, best or another that the run kept.",
        CustomParser = ParseTag,
    };
    private readonly Option<FileInfo> _coarseLora = new("--coarse-lora")
    {
        HelpName = "FILE",
        Description = "Merge these LoRA tensors into the coarse model.",
    };
    private readonly Option<FileInfo> _c2fLora = new("--c2f-lora")
    {
        HelpName = "FILE",
        Description = "Merge these LoRA tensors into the coarse-to-fine model.",
    };

    /// <summary>Gives a command these options, and refuses combinations that contradict each other.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_folder, _coarse, _c2f, _codec, _lora, _tag, _coarseLora, _c2fLora])
        {
            command.Add(option);
        }
    }

    /// <summary>The files that the command line names.</summary>
    /// <exception cref="UsageException">Options that contradict each other.</exception>
    /// <exception cref="ExportException">VNE0101: the folder holds no codec. VNE0107: no fine-tuned model of that name.</exception>
    /// <exception cref="CommandException">VNL0006: the LoRA file fits no model, or more than one, or the model that it was trained on is
    /// not there.</exception>
    public CheckpointFiles Read(ParseResult arguments)
    {
        RequireConsistent(arguments);
        CheckpointFolder? found = arguments.GetValue(_folder) is { } folder ? CheckpointFolder.Find(folder.FullName) : null;
        CheckpointFiles files =
            found?.ToFiles()
            ?? new CheckpointFiles(
                arguments.GetValue(_coarse)?.FullName,
                arguments.GetValue(_c2f)?.FullName,
                arguments.GetValue(_codec)?.FullName
            );
        // The word as it was typed: a name is looked up below the folder.
        return arguments.GetValue(_lora) is { } lora
            ? LoraPlacement.Place(lora.ToString(), files, found, arguments.GetRequiredValue(_tag))
            : files with
            {
                CoarseLora = arguments.GetValue(_coarseLora)?.FullName,
                C2fLora = arguments.GetValue(_c2fLora)?.FullName,
            };
    }

    private static string ParseTag(ArgumentResult result)
    {
        string text = result.Tokens is [var token, ..] ? token.Value : "";
        if (string.IsNullOrWhiteSpace(text) || text.IndexOfAny(['/', '\\', '\0']) >= 0 || text is "." or "..")
        {
            result.AddError($"Found \"{text}\" for --tag. Expected the name of a folder, such as latest, best or 10k.");
        }

        return text;
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

        if (IsGiven(_tag) && !IsGiven(_lora))
        {
            throw new UsageException("Give --tag together with --lora, which names the training run.");
        }

        bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };
    }
}
