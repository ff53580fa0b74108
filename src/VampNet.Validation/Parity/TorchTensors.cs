using TorchSharp;
using VampNet.Inference.Sessions;
using static TorchSharp.torch;

namespace VampNet.Validation.Parity;

/// <summary>Plain arrays to TorchSharp tensors and back.</summary>
internal static class TorchTensors
{
    /// <summary>Runs a TorchSharp function without gradients and takes its result out of libtorch's memory.</summary>
    public static FloatTensor Run(CodesTensor codes, Func<Tensor, Tensor> function)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return Copy(function(tensor(codes.Values, codes.Shape)));
    }

    /// <summary>Takes a float32 tensor out of libtorch's memory.</summary>
    public static FloatTensor Copy(Tensor value)
    {
        using Tensor dense = value.contiguous();
        return new FloatTensor(dense.data<float>().ToArray(), value.shape);
    }

    /// <summary>Runs a TorchSharp function of audio [B,1,S] without gradients.</summary>
    public static T Run<T>(FloatTensor audio, Func<Tensor, T> function)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return function(tensor(audio.Values, audio.Shape));
    }
}
