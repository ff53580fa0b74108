using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TorchSharp;

namespace VampNet.Training;

/// <summary>Device that trains: the processor, or an NVIDIA GPU.</summary>
/// <param name="Gpu">The GPU's number, from 0; null for the processor.</param>
public sealed record TrainingDevice(int? Gpu)
{
    /// <summary>The largest number that a GPU may have.</summary>
    public const int MostGpu = 63;

    /// <summary>The processor.</summary>
    public static TrainingDevice Cpu { get; } = new((int?)null);

    /// <summary>The device of a text: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="device">The device; null where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out TrainingDevice? device)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Cuda = "cuda",
            Numbered = "cuda:";
        device = text switch
        {
            "cpu" => Cpu,
            Cuda => new TrainingDevice(0),
            _ when text.StartsWith(Numbered, StringComparison.Ordinal)
                    && int.TryParse(text.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int gpu)
                    && gpu <= MostGpu => new TrainingDevice(gpu),
            _ => null,
        };
        return device is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Gpu is { } gpu ? string.Create(CultureInfo.InvariantCulture, $"cuda:{gpu}") : "cpu";

    internal torch.Device ToTorch() => Gpu is { } gpu ? new torch.Device(DeviceType.CUDA, gpu) : torch.CPU;
}
