using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Export.Folders;

namespace VampNet.Cli.Commands;

/// <summary>Finds the model that a LoRA file belongs to: the one whose binding accepts it. In a folder, the files' names decide.</summary>
internal static class LoraPlacement
{
    /// <summary>Gives a LoRA file to the model it fits. If only one transformer is named, the file is given to it; binding checks whether
    /// it fits.</summary>
    /// <param name="lora">The LoRA file's path, a folder with a fine-tuned coarse.pth, c2f.pth or both, or a name.</param>
    /// <param name="files">The models to choose from.</param>
    /// <param name="folder">The folder that the models were found in, below which a name is looked up; null when they were named one by
    /// one.</param>
    /// <param name="tag">The state of a training run to take.</param>
    /// <exception cref="ExportException">VNE0107: there is no such file, folder or name.</exception>
    /// <exception cref="CommandException">VNL0006: it fits neither model, or both, or the base of its LoRA tensors is not
    /// there.</exception>
    /// <exception cref="CheckpointException">A file is no checkpoint.</exception>
    public static CheckpointFiles Place(
        string lora,
        CheckpointFiles files,
        CheckpointFolder? folder = null,
        string tag = FineTunedModel.DefaultTag
    )
    {
        string[] roots = folder is null ? [] : [folder.Root, folder.Folder];
        FineTunedModel tuned = FineTunedModel.Find(lora, roots, tag);
        return tuned.IsFile ? PlaceFile(tuned.Path, files) : PlaceFolder(tuned, files);
    }

    private static CheckpointFiles PlaceFile(string lora, CheckpointFiles files)
    {
        if (files.Coarse is null && files.C2f is null)
        {
            throw NoBase(lora, "coarse or coarse-to-fine");
        }

        if (files.Coarse is null || files.C2f is null || files.Codec is null)
        {
            return files.Coarse is null ? files with { C2fLora = lora } : files with { CoarseLora = lora };
        }

        using Checkpoint codec = Checkpoint.Open(files.Codec);
        using Checkpoint overlay = Checkpoint.Open(lora);
        return (Fits(files.Coarse), Fits(files.C2f)) switch
        {
            (true, false) => files with { CoarseLora = lora },
            (false, true) => files with { C2fLora = lora },
            (true, true) => throw Refuse("fits both models", "Give --coarse-lora or --c2f-lora instead."),
            (false, false) => throw Refuse(
                "fits neither model",
                "Name it by --coarse-lora or --c2f-lora to see which tensors do not match."
            ),
        };

        bool Fits(string model)
        {
            using Checkpoint transformer = Checkpoint.Open(model);
            try
            {
                ModelBinder.BindTransformer(transformer, codec, overlay);
                return true;
            }
            catch (ArchitectureException)
            {
                return false;
            }
        }

        CommandException Refuse(string found, string advice) =>
            new(
                CommandErrorIds.LoraMisplaced,
                found: $"that {lora} {found}, {files.Coarse} and {files.C2f}",
                expected: "LoRA tensors of one of them",
                advice: $"{advice}"
            );
    }

    /// <summary>Places the files of a folder: whole models replace the base; files with only LoRA tensors are merged into it.</summary>
    private static CheckpointFiles PlaceFolder(FineTunedModel tuned, CheckpointFiles files)
    {
        if (tuned.Coarse is { } coarse)
        {
            files =
                IsWhole(coarse) ? files with { Coarse = coarse }
                : files.Coarse is null ? throw NoBase(coarse, "coarse")
                : files with { CoarseLora = coarse };
        }

        return tuned.C2f is not { } c2f ? files
            : IsWhole(c2f) ? files with { C2f = c2f }
            : files.C2f is null ? throw NoBase(c2f, "coarse-to-fine")
            : files with { C2fLora = c2f };
    }

    private static CommandException NoBase(string lora, string model) =>
        new(
            CommandErrorIds.LoraMisplaced,
            found: $"LoRA tensors in {lora}, but no {model} model to merge them into",
            expected: "the base model that they were trained on",
            advice: "Name the folder that holds it, or the file"
        );

    private static bool IsWhole(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return checkpoint.TensorList.Any(tensor => !TensorRow.Of(tensor).IsLora);
    }
}
