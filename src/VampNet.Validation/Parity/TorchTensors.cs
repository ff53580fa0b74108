using TorchSharp;
using static TorchSharp.torch;

namespace VampNet.Validation;

/// <summary>Plain arrays to TorchSharp tensors and back.</summary>
internal static class TorchTensors
{
    /// <summary>Runs a TorchSharp function without gradients and takes its result out of libtorch's memory.</summary>
    public static FloatTensor Run(CodesTensor codes, Func<Tensor, Tensor> function)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor result = function(tensor(codes.Values, codes.Shape));
        return new FloatTensor(result.contiguous().data<float>().ToArray(), result.shape);
    }

    /// <summary>Runs a TorchSharp function of audio [B,1,S] without gradients.</summary>
    public static T Run<T>(FloatTensor audio, Func<Tensor, T> function)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return function(tensor(audio.Values, audio.Shape));
    }
}
