using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>The outputs of modules that are applied one after the other.</summary>
internal static class ModuleOutputs
{
    /// <summary>The output of each module of a sequence, from first to last. The caller disposes them, each once it has the next.</summary>
    public static IEnumerable<Tensor> Outputs(this Sequential modules, Tensor x)
    {
        foreach (nn.IModule<Tensor, Tensor> module in modules.children().Cast<nn.IModule<Tensor, Tensor>>())
        {
            x = module.call(x);
            yield return x;
        }
    }

    /// <summary>The same tensors, each disposed when the next is requested: kept to the end, they fragment the native heap.</summary>
    public static IEnumerable<Tensor> OneAtATime(this IEnumerable<Tensor> outputs)
    {
        Tensor? last = null;
        try
        {
            foreach (Tensor output in outputs)
            {
                last?.Dispose();
                last = output;
                yield return output;
            }
        }
        finally
        {
            last?.Dispose();
        }
    }
}
