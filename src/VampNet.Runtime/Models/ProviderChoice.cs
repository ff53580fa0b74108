using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Runtime.Models;

/// <summary>The choice of an execution provider, where the caller leaves it to the machine.</summary>
/// <param name="Options">The options with the provider that was chosen.</param>
/// <param name="Reason">The reason, a sentence without its full stop.</param>
public sealed record ProviderChoice(ModelOptions Options, string Reason)
{
    /// <summary>Chooses the GPU where CUDA works, else the processor.</summary>
    /// <param name="options">Device, options of the CUDA provider, threads.</param>
    public static ProviderChoice Choose(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Choose(options, WhyNot);
    }

    internal static ProviderChoice Choose(ModelOptions options, Func<ModelOptions, string?> whyNot)
    {
        ModelOptions gpu = options with { Provider = ExecutionProvider.Cuda };
        return whyNot(gpu) is { } obstacle
            ? new ProviderChoice(
                options with
                {
                    Provider = ExecutionProvider.Cpu,
                    Device = 0,
                    ProviderOptions = ImmutableSortedDictionary<string, string>.Empty,
                },
                obstacle
            )
            : new ProviderChoice(gpu, "CUDA works here");
    }

    private static string? WhyNot(ModelOptions options)
    {
        try
        {
            using SessionOptions session = OnnxEnvironment.CreateOptions(options);
            return null;
        }
        catch (RuntimeException obstacle)
        {
            return obstacle.Message.Split(". ", 2)[0][(obstacle.Id.Length + 2)..];
        }
    }
}
