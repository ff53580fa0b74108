using System.Runtime.InteropServices;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Runtime.Randomness;
using VampNet.Torch;
using static TorchSharp.torch;

namespace VampNet.Training.Modules;

/// <summary>Makes trainable models from checkpoints.</summary>
internal static class WeightSource
{
    /// <summary>Loads a transformer with everything a checkpoint holds, LoRA unmerged. The checkpoints may be closed afterwards.</summary>
    /// <param name="transformer">The checkpoint to start from, with or without LoRA factors.</param>
    /// <param name="codec">The codec it was trained on.</param>
    /// <param name="lora">LoRA factors that replace those of the checkpoint; null for none.</param>
    /// <param name="withLora">Whether the model must have LoRA factors. Where no file has any, they begin as loralib's do: A random, B
    /// zero, so that the model computes the same as before.</param>
    /// <param name="seed">Decides the random factors.</param>
    /// <param name="dropout">The dropout probability; null for the checkpoint's own.</param>
    /// <exception cref="ArchitectureException">As <see cref="ModelBinder.BindTransformer"/>: the files do not fit together.</exception>
    public static TrainableTransformer Load(
        Checkpoint transformer,
        Checkpoint codec,
        Checkpoint? lora,
        bool withLora,
        ulong seed,
        double? dropout = null
    )
    {
        BoundTransformer bound = ModelBinder.BindTransformer(transformer, codec, lora);
        Dictionary<string, CheckpointTensor> tensors = new(transformer.Tensors, StringComparer.Ordinal);
        foreach (CheckpointTensor factor in lora?.TensorList ?? [])
        {
            tensors[factor.Name] = factor;
        }

        bool isThere = TransformerManifest.LoraOnly(bound.Configuration).All(factor => tensors.ContainsKey(factor.Name));
        ConvolutionKernels.UseNative();
        var model = new TrainableTransformer(
            bound.Configuration with
            {
                Dropout = dropout ?? bound.Configuration.Dropout,
            },
            withLora || isThere
        );
        foreach (TrainedParameter parameter in model.Parameters())
        {
            if (tensors.TryGetValue(parameter.Name, out CheckpointTensor? tensor))
            {
                TrainedParameter.Fill(parameter.Tensor, tensor);
            }
        }

        if (!isThere && withLora)
        {
            BeginLora(model, seed);
        }

        FillTables(model, bound);
        return model;
    }

    /// <summary>Makes a new model for the tokens of another: random weights, and LoRA factors that change nothing yet.</summary>
    /// <param name="like">The checkpoint of the other model.</param>
    /// <param name="codec">The codec it was trained on.</param>
    /// <param name="size">The size beside the other model.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="dropout">The dropout probability; null for the other model's.</param>
    /// <exception cref="ArchitectureException">As <see cref="ModelBinder.BindTransformer"/>: the files do not fit together.</exception>
    public static TrainableTransformer Create(Checkpoint like, Checkpoint codec, ModelSize size, ulong seed, double? dropout)
    {
        BoundTransformer bound = ModelBinder.BindTransformer(like, codec);
        ConvolutionKernels.UseNative();
        manual_seed((long)(seed >> 1));
        TransformerConfiguration configuration = bound.Configuration.Scale(size);
        var model = new TrainableTransformer(configuration with { Dropout = dropout ?? configuration.Dropout }, withLora: true);
        BeginLora(model, seed);
        FillTables(model, bound);
        return model;
    }

    /// <summary>Copies the codec's tables into a model.</summary>
    public static void FillTables(TrainableTransformer model, BoundTransformer bound)
    {
        foreach ((string name, Tensor table) in model.named_buffers())
        {
            bound.Weights[name].Materialize(MemoryMarshal.Cast<byte, float>(table.bytes));
        }
    }

    /// <summary>A uniform within 1 / sqrt(inputs) of 0, B zero. Source: loralib 0.1.2, <c>Linear.reset_parameters</c>.</summary>
    private static void BeginLora(TrainableTransformer model, ulong seed)
    {
        var draws = new SeededDraws(seed);
        foreach (TrainedParameter factor in model.Parameters().Where(factor => factor.Name.EndsWith(".lora_A", StringComparison.Ordinal)))
        {
            Span<float> values = MemoryMarshal.Cast<byte, float>(factor.Tensor.bytes);
            draws.FillUniforms(values);
            float bound = 1 / MathF.Sqrt(factor.Shape[1]);
            foreach (ref float value in values)
            {
                value = ((2 * value) - 1) * bound;
            }
        }
    }
}
