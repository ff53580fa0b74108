using TorchSharp;
using VampNet.Training.Modules;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>
/// Gradient checkpointing: the forward pass keeps the input of each layer alone, and each layer is computed again when its gradients are.
/// One more forward pass, for the memory of one layer's activations instead of all. Source: Chen, Xu, Zhang and Guestrin, "Training deep
/// nets with sublinear memory cost", 2016.
/// </summary>
internal static class RecomputedGradients
{
    /// <summary>Adds the gradients of a loss to the model's parameters: those that a plain backward pass adds.</summary>
    /// <param name="model">The model, in training mode.</param>
    /// <param name="codes">int64 [B, C, T], MASK = V.</param>
    /// <param name="lossOf">Makes the loss, a scalar, of the logits.</param>
    /// <param name="seed">Decides what dropout drops.</param>
    /// <returns>The loss.</returns>
    public static double Backward(TrainableTransformer model, Tensor codes, Func<Tensor, Tensor> lossOf, ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor embedded = model.Embed(codes),
            bias = model.Bias(codes.shape[2], codes.device);
        Tensor biasLeaf = bias.detach().requires_grad_(bias.requires_grad);
        Tensor[] inputs = Inputs(model, embedded, biasLeaf, seed);

        Tensor top = inputs[^1].requires_grad_(true);
        Tensor loss = lossOf(model.Head(top));
        loss.backward();
        Tensor gradient = top.grad!;
        for (int layer = model.Layers.Count - 1; layer >= 0; layer--)
        {
            using DisposeScope one = NewDisposeScope();
            // Nothing below the first layer may need a gradient, but its own factors do.
            Tensor input = inputs[layer].requires_grad_(true);
            model.RunLayer(layer, input, biasLeaf, seed).backward([gradient]);
            gradient = input.grad!.MoveToOuterDisposeScope();
            inputs[layer + 1].Dispose();
        }

        if (embedded.requires_grad)
        {
            embedded.backward([gradient]);
        }

        if (bias.requires_grad)
        {
            bias.backward([biasLeaf.grad!]);
        }

        return loss.ToDouble();
    }

    /// <summary>The input of each layer, and the output of the last: no history, so no activations.</summary>
    private static Tensor[] Inputs(TrainableTransformer model, Tensor embedded, Tensor bias, ulong seed)
    {
        using IDisposable noGradients = no_grad();
        Tensor[] inputs = new Tensor[model.Layers.Count + 1];
        inputs[0] = embedded.detach();
        for (int layer = 0; layer < model.Layers.Count; layer++)
        {
            inputs[layer + 1] = model.RunLayer(layer, inputs[layer], bias, seed);
        }

        return inputs;
    }
}
