using VampNet.Checkpoints;
using VampNet.Training.Modules;

namespace VampNet.Training.Files;

/// <summary>Writes trained weights as upstream does: whole checkpoints, and LoRA factors alone.</summary>
internal static class WeightFiles
{
    /// <summary>Writes the LoRA factors: a dict of tensors, as <c>torch.save(lora.lora_state_dict(model))</c>.</summary>
    public static void WriteLora(string path, TrainableTransformer model) =>
        PthWriter.WriteStateDictFile(
            path,
            model.Parameters().Where(parameter => parameter.IsLora).Select(parameter => parameter.ToEntry())
        );

    /// <summary>Writes a whole checkpoint: every parameter, the tensors of the first checkpoint that the model does not know, and its
    /// metadata.</summary>
    public static void WriteWeights(string path, TrainableTransformer model, CheckpointFrame frame) =>
        PthWriter.WriteFile(
            path,
            model.Parameters().Select(parameter => parameter.ToEntry()).Concat(frame.Others),
            frame.Metadata,
            frame.ModuleVersions
        );
}
