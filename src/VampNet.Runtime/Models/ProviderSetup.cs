using Microsoft.ML.OnnxRuntime;

namespace VampNet.Runtime.Models;

/// <summary>Adds a provider to sessions that an application makes itself, with the same settings as the sessions of models.</summary>
public static class ProviderSetup
{
    /// <summary>Refuses an unavailable provider before anything is computed.</summary>
    /// <exception cref="RuntimeException">As <see cref="AppendTo"/>.</exception>
    public static void Require(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Provider != ExecutionProvider.Cpu)
        {
            using SessionOptions session = new();
            AppendTo(session, options);
        }
    }

    /// <summary>Adds the provider; for the processor there is nothing to add.</summary>
    /// <param name="session">The options of a session.</param>
    /// <param name="options">Provider, device and provider options; the others are left out.</param>
    /// <exception cref="RuntimeException">VNR0303: this machine or this build of ONNX Runtime does not have the provider; libraries that
    /// are missing are named. VNR0309: an option that the provider does not have.</exception>
    public static void AppendTo(SessionOptions session, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(options);
        OnnxEnvironment.RequireOptions(options);
        string[] available = OrtEnv.Instance().GetAvailableProviders();
        OnnxEnvironment.RequireProvider(options.Provider, available);
        if (options.Provider == ExecutionProvider.Cpu)
        {
            return;
        }

        try
        {
            OnnxEnvironment.AppendCuda(session, options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw OnnxEnvironment.Unavailable(options.Provider, available, problem);
        }
    }
}
