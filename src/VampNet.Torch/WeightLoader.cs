using System.Runtime.InteropServices;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>Fills a module from bound weights: every parameter and buffer gets a weight, and every weight is used.</summary>
internal static class WeightLoader
{
    /// <summary>Writes each weight straight into its tensor; nothing is allocated but what the weight needs to be computed.</summary>
    /// <exception cref="InvalidOperationException">The module and the weights differ in a name or a shape, which is a bug.</exception>
    public static void Load(nn.Module module, IReadOnlyDictionary<string, BoundWeight> weights)
    {
        ConvolutionKernels.UseNative();
        Dictionary<string, Tensor> state = module.state_dict();
        if (!weights.Keys.ToHashSet().SetEquals(state.Keys))
        {
            throw new InvalidOperationException(
                "Weights and module differ in: "
                    + $"{string.Join(", ", weights.Keys.Except(state.Keys).Concat(state.Keys.Except(weights.Keys)))}."
            );
        }

        foreach ((string name, Tensor tensor) in state)
        {
            BoundWeight weight = weights[name];
            if (!tensor.shape.SequenceEqual(weight.Shape.Select(dimension => (long)dimension)))
            {
                throw new InvalidOperationException($"{weight} does not fit the module's [{string.Join(", ", tensor.shape)}].");
            }

            weight.Materialize(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        }
    }
}
