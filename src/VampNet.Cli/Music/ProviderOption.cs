using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Inference.Sessions;
using VampNet.Runtime;
using VampNet.Runtime.Models;
using VampNet.Validation.Parity;

namespace VampNet.Cli.Music;

/// <summary><c>--provider</c> and <c>--provider-option</c>: the execution provider and its options.</summary>
internal sealed class ProviderOption
{
    private const string Auto = "auto";

    private const string Tf32 = "use_tf32";

    private readonly Terminal _terminal;
    private readonly bool _isPrecise;
    private readonly Option<string> _provider = new("--provider")
    {
        HelpName = "cpu|cuda|cuda:N|auto",
        DefaultValueFactory = _ => "cpu",
        Description =
            "Compute on the processor (cpu), on an NVIDIA GPU (cuda, or cuda:N for GPU number N), or on the GPU where it "
            + "works (auto, which "
            + "says what it chose). Nothing falls back silently.",
    };
    private readonly Option<string[]> _options = new("--provider-option")
    {
        HelpName = "NAME=VALUE",
        Description =
            "Set an option of the CUDA provider, such as use_tf32=0, which computes as precisely as the processor. May be repeated.",
    };

    /// <param name="terminal">Receives the name of the provider that auto chose.</param>
    /// <param name="isPrecise">Whether graphs are compared: a GPU then computes products in float32, not in TF32.</param>
    public ProviderOption(Terminal terminal, bool isPrecise = false)
    {
        (_terminal, _isPrecise) = (terminal, isPrecise);
        if (isPrecise)
        {
            _provider.Description += " Products are computed in float32 (use_tf32=0).";
        }

        _provider.CompletionSources.Add("cpu", "cuda", "cuda:0", Auto);
        _provider.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && text != Auto && ProviderText.Parse(text) is null)
            {
                result.AddError(
                    $"Found \"{text}\" for {_provider.Name}. Expected cpu, cuda, cuda:N with N from 0 to "
                        + $"{ProviderText.MostDevice}, or {Auto}."
                );
            }
        });
        _options.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                string[] parts = text.Split('=', 2);
                string? expected = parts.Length == 2 ? CudaOptions.Fault(parts[0], parts[1]) : "NAME=VALUE, such as use_tf32=0";
                expected ??= isPrecise && text == $"{Tf32}=1" ? $"{Tf32}=0: float32 is compared here, and TF32 keeps 10 bits" : null;
                if (expected is not null)
                {
                    result.AddError($"Found \"{text}\" for {_options.Name}. Expected {expected}.");
                }
            }
        });
    }

    /// <summary>Both options.</summary>
    public IReadOnlyList<Option> All => [_provider, _options];

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_provider);
        command.Add(_options);
    }

    /// <summary>The provider of a command line for sessions that judge and time graphs; refused at once if it is unavailable.</summary>
    /// <exception cref="UsageException">Options of a provider that takes none.</exception>
    /// <exception cref="RuntimeException">VNR0303, VNR0309: the provider cannot be had.</exception>
    public SessionProvider ReadSessions(ParseResult arguments) => SessionProviders.Of(ReadAvailable(arguments));

    /// <summary>Reads like <see cref="Read"/>, and refuses a provider that is not available.</summary>
    /// <exception cref="UsageException">Options of a provider that takes none.</exception>
    /// <exception cref="RuntimeException">VNR0303, VNR0309: the provider cannot be had.</exception>
    public ModelOptions ReadAvailable(ParseResult arguments)
    {
        ModelOptions options = Read(arguments);
        ProviderSetup.Require(options);
        return options;
    }

    /// <summary>Options of models with what a command line asks for.</summary>
    /// <exception cref="UsageException">Options of a provider that takes none.</exception>
    public ModelOptions Read(ParseResult arguments, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        string text = arguments.GetRequiredValue(_provider);
        ImmutableSortedDictionary<string, string> settings = (arguments.GetValue(_options) ?? [])
            .Select(each => each.Split('=', 2))
            .GroupBy(parts => parts[0])
            .ToImmutableSortedDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
        ImmutableSortedDictionary<string, string> ofCuda = _isPrecise ? settings.SetItem(Tf32, "0") : settings;
        if (text == Auto)
        {
            ProviderChoice choice = ProviderChoice.Choose(options with { ProviderOptions = ofCuda });
            _terminal.Error.WriteLine($"provider: {ProviderText.Describe(choice.Options)}: {choice.Reason}");
            return choice.Options;
        }

        (ExecutionProvider provider, int device) = ProviderText.Parse(text)!.Value;
        if (provider == ExecutionProvider.Cpu && settings.Count > 0)
        {
            throw new UsageException($"Give {_options.Name} together with {_provider.Name} cuda: the processor has no options.");
        }

        return options with
        {
            Provider = provider,
            Device = device,
            ProviderOptions = provider == ExecutionProvider.Cpu ? settings : ofCuda,
        };
    }
}
