using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Validation;

namespace VampNet.Cli;

/// <summary>Finds the model that a LoRA file belongs to: the one whose binding accepts it.</summary>
internal static class LoraPlacement
{
    /// <summary>Gives a LoRA file to the model it fits. With one transformer named there is nothing to find: its binding will judge.</summary>
    /// <param name="lora">The LoRA file's path.</param>
    /// <param name="files">The models to choose from.</param>
    /// <exception cref="CommandException">VNL0006: it fits neither model, or both.</exception>
    /// <exception cref="CheckpointException">A file is no checkpoint.</exception>
    public static CheckpointFiles Place(string lora, CheckpointFiles files)
    {
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
            (false, false) => throw Refuse("fits neither model", "Name it by --coarse-lora or --c2f-lora to see which tensors do not match."),
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
}
