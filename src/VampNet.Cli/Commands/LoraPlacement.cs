using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;

namespace VampNet.Cli.Commands;

/// <summary>Finds the model that a LoRA file belongs to: the one whose binding accepts it. A folder says it by its files' names.</summary>
internal static class LoraPlacement
{
    /// <summary>Gives a LoRA file to the model it fits. With one transformer named there is nothing to find: its binding will
    /// judge.</summary>
    /// <param name="lora">The LoRA file's path, or a folder with a fine-tuned coarse.pth, c2f.pth or both.</param>
    /// <param name="files">The models to choose from.</param>
    /// <exception cref="CommandException">VNL0006: it fits neither model, or both, or is a folder with neither.</exception>
    /// <exception cref="CheckpointException">A file is no checkpoint.</exception>
    public static CheckpointFiles Place(string lora, CheckpointFiles files)
    {
        if (Directory.Exists(lora))
        {
            return PlaceFolder(lora, files);
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
            (true, true) => throw Refuse("fits both models", "Say which by --coarse-lora or --c2f-lora."),
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
            new("VNL0006", $"Found that {lora} {found}, {files.Coarse} and {files.C2f}.\nExpected LoRA tensors of one of them. {advice}");
    }

    /// <summary>What a folder holds is a whole model, which takes the base's place, or LoRA tensors alone, which are laid over
    /// it.</summary>
    private static CheckpointFiles PlaceFolder(string folder, CheckpointFiles files)
    {
        string coarse = Path.Combine(folder, "coarse.pth"),
            c2f = Path.Combine(folder, "c2f.pth");
        if (!File.Exists(coarse) && !File.Exists(c2f))
        {
            throw new CommandException(
                "VNL0006",
                $"Found neither coarse.pth nor c2f.pth in {folder}.\nExpected the files of a fine-tuned model. Name a folder that holds one of them, or a file."
            );
        }

        if (File.Exists(coarse))
        {
            files = IsWhole(coarse) ? files with { Coarse = coarse } : files with { CoarseLora = coarse };
        }

        return !File.Exists(c2f) ? files
            : IsWhole(c2f) ? files with { C2f = c2f }
            : files with { C2fLora = c2f };
    }

    private static bool IsWhole(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return checkpoint.TensorList.Any(tensor => !TensorRow.Of(tensor).IsLora);
    }
}
