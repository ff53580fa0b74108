using TorchSharp;
using VampNet.Training.Modules;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>The norm of all gradients together. Source: torch.nn.utils.clip_grad_norm_.</summary>
internal static class GradientNorm
{
    private const double Epsilon = 1e-6;

    /// <summary>Scales the gradients so that their common norm is at most <paramref name="most"/>.</summary>
    /// <returns>The norm before; NaN or infinite where a gradient is, and then nothing is scaled.</returns>
    public static double Clip(IReadOnlyList<TrainedParameter> parameters, double most)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.Tensor.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
        {
            return 0;
        }

        double norm = stack([.. gradients.Select(gradient => gradient.norm())]).norm().ToDouble();
        double scale = most / (norm + Epsilon);
        if (double.IsFinite(norm) && scale < 1)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(scale);
            }
        }

        return norm;
    }
}
