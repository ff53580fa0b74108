using VampNet.Inference.Sessions;
using VampNet.Runtime;
using VampNet.Runtime.Models;

namespace VampNet.Validation.Parity;

/// <summary>Gives the sessions that judge and time graphs the provider that models make music on.</summary>
public static class SessionProviders
{
    /// <summary>The provider, device and provider options of models. Their other options are left out.</summary>
    /// <remarks>A session with it throws <see cref="RuntimeException"/> (VNR0303, VNR0309) if the provider is unavailable; there is no
    /// fallback.</remarks>
    public static SessionProvider Of(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Provider == ExecutionProvider.Cpu
            ? SessionProvider.Processor
            : new SessionProvider(ProviderText.Describe(options), session => ProviderSetup.AppendTo(session, options));
    }
}
