using System.Runtime.InteropServices;
using TorchSharp;
using VampNet.Torch;
using static TorchSharp.torch;

namespace VampNet.Training;

/// <summary>Refuses devices and precisions that cannot be had, before anything is encoded or trained.</summary>
public static class DeviceCheck
{
    /// <summary>Refuses what this build and machine do not have.</summary>
    /// <param name="device">Device to train on.</param>
    /// <param name="precision">Number format to compute in.</param>
    /// <exception cref="TrainingException">VNT0501: no such device. VNT0502: it does not compute in that precision.</exception>
    public static void Require(TrainingDevice device, TrainingPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(device);
        Require(device, precision, device.Gpu is null ? new TorchCuda(false, 0) : TorchCuda.Probe(), Computes);
    }

    /// <summary>Checks a device against the CUDA that was found; the other overload looks for it.</summary>
    /// <param name="device">Device to train on.</param>
    /// <param name="precision">Number format to compute in.</param>
    /// <param name="cuda">CUDA support of libtorch.</param>
    /// <param name="computes">Whether a device multiplies matrices of a type.</param>
    internal static void Require(
        TrainingDevice device,
        TrainingPrecision precision,
        TorchCuda cuda,
        Func<TrainingDevice, ScalarType, bool> computes
    )
    {
        if (device.Gpu is { } gpu && gpu >= cuda.Gpus)
        {
            throw Missing(device, cuda);
        }

        if (precision == TrainingPrecision.Float16 && device.Gpu is null)
        {
            throw new TrainingException(
                TrainingErrorIds.PrecisionMissing,
                found: "--precision float16 with --device cpu",
                expected: "float32 or bfloat16: processors have no fast float16 for training, and its gradients need a wider range",
                advice: "Give --precision bfloat16, or --device cuda"
            );
        }

        ScalarType type = TypeOf(precision);
        if (type != ScalarType.Float32 && !computes(device, type))
        {
            throw new TrainingException(
                TrainingErrorIds.PrecisionMissing,
                found: $"--precision {precision.ToString().ToLowerInvariant()} on {device}, where libtorch cannot multiply "
                    + "matrices of this precision",
                expected: "a precision that the device computes in",
                advice: "Give --precision float32"
            );
        }
    }

    /// <summary>libtorch's type of a precision.</summary>
    internal static ScalarType TypeOf(TrainingPrecision precision) =>
        precision switch
        {
            TrainingPrecision.Bfloat16 => ScalarType.BFloat16,
            TrainingPrecision.Float16 => ScalarType.Float16,
            _ => ScalarType.Float32,
        };

    private static TrainingException Missing(TrainingDevice device, TorchCuda cuda) =>
        cuda switch
        {
            { IsBuiltIn: false } => new TrainingException(
                TrainingErrorIds.DeviceMissing,
                found: $"--device {device}, and libtorch for the processor alone in {AppContext.BaseDirectory}",
                expected: "a build with libtorch for CUDA",
                advice: "Build on Linux or Windows with -p:LibTorch=Cuda (docs/tuning.md), or give --device cpu"
            ),
            { Gpus: 0 } => new TrainingException(
                TrainingErrorIds.DeviceMissing,
                found: $"--device {device}, and no GPU that libtorch can use on this machine",
                expected: "an NVIDIA GPU with a driver for CUDA 12.8",
                advice: "Check what nvidia-smi says; in a container, give it the GPU. Or give --device cpu"
            ),
            _ => new TrainingException(
                TrainingErrorIds.DeviceMissing,
                found: $"--device {device} on a machine with {cuda.Gpus} {(cuda.Gpus == 1 ? "GPU" : "GPUs")}",
                expected: cuda.Gpus == 1 ? "cuda:0" : $"cuda:0 to cuda:{cuda.Gpus - 1}",
                advice: "Choose one of these, or give --device cpu"
            ),
        };

    private static bool Computes(TrainingDevice device, ScalarType type)
    {
        try
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor some = ones([2, 2], type, device.ToTorch());
            return matmul(some, some).to_type(ScalarType.Float32).sum().ToDouble() == 8;
        }
        catch (ExternalException)
        {
            return false;
        }
    }
}
