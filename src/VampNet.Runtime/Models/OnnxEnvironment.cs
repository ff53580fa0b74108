using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Runtime.Models;

/// <summary>The process's one ONNX Runtime environment, made with a thread pool that all sessions share.</summary>
internal static class OnnxEnvironment
{
    private static readonly Lock Gate = new();
    private static bool? SharesThreads;

    /// <summary>Session options for a provider.</summary>
    /// <exception cref="RuntimeException">VNR0303: this machine or this build of ONNX Runtime does not have the provider. VNR0309: an
    /// option that the provider does not have.</exception>
    public static SessionOptions CreateOptions(ModelOptions options)
    {
        RequireOptions(options);
        bool shared = Ensure(options.Threads);
        RequireProvider(options.Provider, OrtEnv.Instance().GetAvailableProviders());
        SessionOptions session = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        try
        {
            if (shared)
            {
                session.DisablePerSessionThreads();
            }
            else
            {
                session.IntraOpNumThreads = options.Threads;
            }

            if (options.Provider == ExecutionProvider.Cuda)
            {
                AppendCuda(session, options);
            }

            return session;
        }
        catch (RuntimeException)
        {
            session.Dispose();
            throw;
        }
        catch (OnnxRuntimeException problem)
        {
            session.Dispose();
            throw Unavailable(options.Provider, OrtEnv.Instance().GetAvailableProviders(), problem);
        }
    }

    internal static void RequireOptions(ModelOptions options)
    {
        if (options.Provider != ExecutionProvider.Cuda)
        {
            return;
        }

        foreach ((string name, string value) in options.ProviderOptions)
        {
            if (CudaOptions.Fault(name, value) is { } expected)
            {
                throw new RuntimeException(
                    RuntimeErrorIds.ProviderOptionUnknown,
                    found: $"the option {name}={value} for the provider 'cuda'",
                    expected: $"{expected}",
                    advice: "Correct it, or leave it out"
                );
            }
        }
    }

    internal static void AppendCuda(SessionOptions session, ModelOptions options)
    {
        using OrtCUDAProviderOptions cuda = new();
        cuda.UpdateOptions(
            new Dictionary<string, string>(options.ProviderOptions)
            {
                ["device_id"] = options.Device.ToString(CultureInfo.InvariantCulture),
            }
        );
        session.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>Accepts a provider that ONNX Runtime lists.</summary>
    /// <exception cref="RuntimeException">VNR0303: it does not; the message names those it lists.</exception>
    public static void RequireProvider(ExecutionProvider provider, IReadOnlyList<string> available)
    {
        if (!available.Contains(provider.ToString() + "ExecutionProvider", StringComparer.OrdinalIgnoreCase))
        {
            throw Unavailable(provider, available, null);
        }
    }

    /// <summary>Makes the environment unless there is one.</summary>
    /// <param name="threads">Threads of the pool, if this call creates it; 0 for one per core.</param>
    /// <returns>Whether sessions share a pool of the environment's: ours, or one that the application gave it.</returns>
    internal static bool Ensure(int threads)
    {
        lock (Gate)
        {
            return SharesThreads ??= Make(threads);
        }
    }

    // The application may make an environment of its own on another thread at this very moment, and ONNX Runtime does not report whose
    // options took effect: CreateInstanceWithOptions throws if it is called second, and may also return the other environment silently. So
    // the existing environment is queried.
    private static bool Make(int threads)
    {
        using OrtThreadingOptions threading = new()
        {
            GlobalIntraOpNumThreads = threads,
            GlobalInterOpNumThreads = 1,
            GlobalSpinControl = true,
        };
        EnvironmentCreationOptions creation = new()
        {
            logId = "vampnet",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            threadOptions = threading,
        };
        try
        {
            OrtEnv.CreateInstanceWithOptions(ref creation);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // The application's environment serves too.
        }

        return SharedPool.Exists();
    }

    internal static RuntimeException Unavailable(ExecutionProvider provider, IEnumerable<string> available, Exception? cause)
    {
        const string Suffix = "ExecutionProvider";
        string names = string.Join(
            ", ",
            available
                .Where(name => cause is null || !name.StartsWith(provider.ToString(), StringComparison.OrdinalIgnoreCase))
                .Select(name => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length].ToLowerInvariant() : name)
                .Where(name => ProviderText.Parse(name) is not null)
        );
        string[] missing =
            cause is null || provider != ExecutionProvider.Cuda
                ? []
                :
                [
                    .. CudaLibraries
                        .Probe()
                        .Where(library => library is { IsLinked: true, Loads: false })
                        .Select(library => $"{library.Name} of {library.Part}"),
                ];
        string reason =
            cause is null ? "this build of ONNX Runtime does not have it"
            : missing.Length > 0 ? $"{string.Join(", ", missing)} cannot be loaded"
            : cause.Message.Trim();
        return new RuntimeException(
            RuntimeErrorIds.ProviderUnavailable,
            found: $"the provider '{provider.ToString().ToLowerInvariant()}' unavailable: {reason}",
            expected: $"one of: {names}",
            advice: "Choose one of these, or install what the provider needs",
            cause: cause
        );
    }
}
