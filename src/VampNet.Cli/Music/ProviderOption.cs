using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary><c>--provider</c> and <c>--provider-option</c>: what computes, and how.</summary>
internal sealed class ProviderOption
{
    private const string Auto = "auto";

    private readonly Terminal _terminal;
    private readonly Option<string> _provider = new("--provider")
    {
        HelpName = "cpu|cuda|cuda:N|auto",
        DefaultValueFactory = _ => "cpu",
        Description =
            "Compute on the processor (cpu), on an NVIDIA GPU (cuda, or cuda:N for the one of number N), or on the GPU where it works (auto, which "
            + "says what it chose). Nothing falls back silently.",
    };
    private readonly Option<string[]> _options = new("--provider-option")
    {
        HelpName = "NAME=VALUE",
        Description =
            "Set an option of the CUDA provider, such as use_tf32=0, which computes as precisely as the processor. May be repeated.",
    };

    /// <param name="terminal">Told what was chosen.</param>
    public ProviderOption(Terminal terminal)
    {
        _terminal = terminal;
        _provider.CompletionSources.Add("cpu", "cuda", "cuda:0", Auto);
        _provider.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && text != Auto && ProviderText.Parse(text) is null)
            {
                result.AddError(
                    $"Found \"{text}\" for {_provider.Name}. Expected cpu, cuda, cuda:N with N from 0 to {ProviderText.MostDevice}, or {Auto}."
                );
            }
        });
        _options.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                string[] parts = text.Split('=', 2);
                string? expected = parts.Length == 2 ? CudaOptions.Fault(parts[0], parts[1]) : "NAME=VALUE, such as use_tf32=0";
                if (expected is not null)
                {
                    result.AddError($"Found \"{text}\" for {_options.Name}. Expected {expected}.");
                }
            }
        });
    }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_provider);
        command.Add(_options);
    }

    /// <summary>Options of models with what a command line asks for.</summary>
    /// <exception cref="UsageException">Options of a provider that takes none.</exception>
    public ModelOptions Read(ParseResult arguments, ModelOptions options)
    {
        string text = arguments.GetRequiredValue(_provider);
        ImmutableSortedDictionary<string, string> settings = (arguments.GetValue(_options) ?? [])
            .Select(each => each.Split('=', 2))
            .GroupBy(parts => parts[0])
            .ToImmutableSortedDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
        if (text == Auto)
        {
            ProviderChoice choice = ProviderChoice.Choose(options with { ProviderOptions = settings });
            _terminal.Error.WriteLine($"provider: {ProviderText.Describe(choice.Options)}: {choice.Reason}");
            return choice.Options;
        }

        (ExecutionProvider provider, int device) = ProviderText.Parse(text)!.Value;
        if (provider == ExecutionProvider.Cpu && settings.Count > 0)
        {
            throw new UsageException($"Give {_options.Name} together with {_provider.Name} cuda: the processor takes none.");
        }

        return options with
        {
            Provider = provider,
            Device = device,
            ProviderOptions = settings,
        };
    }
}
