using System.Globalization;
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

    /// <summary>Makes a shallower model of another's weights: all but the layers as they are, and of the layers some that are spread
    /// evenly.</summary>
    /// <param name="teacher">The checkpoint of the other model.</param>
    /// <param name="codec">The codec it was trained on.</param>
    /// <param name="size">The size beside the other model, as wide as it.</param>
    /// <param name="seed">Decides the LoRA factors, which change nothing yet, where the other model has none.</param>
    /// <param name="dropout">The dropout probability; null for the other model's.</param>
    /// <exception cref="ArchitectureException">As <see cref="ModelBinder.BindTransformer"/>: the files do not fit together.</exception>
    public static TrainableTransformer CreateFrom(Checkpoint teacher, Checkpoint codec, ModelSize size, ulong seed, double? dropout)
    {
        TransformerConfiguration deeper = ModelBinder.BindTransformer(teacher, codec).Configuration;
        TrainableTransformer model = Create(teacher, codec, size, seed, dropout);
        foreach (TrainedParameter parameter in model.Parameters())
        {
            if (teacher.Tensors.TryGetValue(NameInDeeper(parameter.Name, model.Layers.Count, deeper.Layers), out CheckpointTensor? tensor))
            {
                TrainedParameter.Fill(parameter.Tensor, tensor);
            }
        }

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

    /// <summary>The name that a parameter of a shallower model has in the deeper one it begins as.</summary>
    internal static string NameInDeeper(string name, int layers, int deeper)
    {
        const string Prefix = "transformer.layers.";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return name;
        }

        int end = name.IndexOf('.', Prefix.Length);
        int layer = int.Parse(name.AsSpan(Prefix.Length, end - Prefix.Length), CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{ModelSizes.LayerOf(layer, layers, deeper)}{name[end..]}");
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
