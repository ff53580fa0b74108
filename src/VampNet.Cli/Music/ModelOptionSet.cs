using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Runtime;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary>The options for models and provider of commands that make music.</summary>
internal sealed class ModelOptionSet
{
    private readonly Option<DirectoryInfo> _models = new("--models")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder of exported models.",
    };
    private readonly ProviderOption _provider;
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly SessionCacheOption _cache = new();
    private readonly Option<bool> _stepGraphs = new("--step-graphs")
    {
        Description = "Sample with coarse_step.onnx and c2f_step.onnx of the folder instead of the built-in sampler.",
    };

    /// <param name="terminal">Receives the name of the provider that auto chose.</param>
    public ModelOptionSet(Terminal terminal) => _provider = new ProviderOption(terminal);

    /// <summary>Gives a command these options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="generates">Whether it generates tokens, and so may sample with step graphs.</param>
    public void AddTo(Command command, bool generates = false)
    {
        command.Add(_models);
        _provider.AddTo(command);
        command.Add(_threads);
        _cache.AddTo(command);
        if (generates)
        {
            command.Add(_stepGraphs);
        }
    }

    /// <summary>The folder of the models.</summary>
    public string FolderOf(ParseResult arguments) => arguments.GetRequiredValue(_models).FullName;

    /// <summary>The models that the command line names; each is loaded when it is first used.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="keepLoaded">False for a command that makes one piece, and needs each model once.</param>
    /// <exception cref="RuntimeException">VNR0301: no such folder.</exception>
    public VampNetModels Open(ParseResult arguments, bool keepLoaded = true) =>
        VampNetModels.Open(FolderOf(arguments), OptionsOf(arguments) with { KeepLoaded = keepLoaded });

    /// <summary>Provider, threads and sampler.</summary>
    public ModelOptions OptionsOf(ParseResult arguments) =>
        _provider.Read(
            arguments,
            new ModelOptions
            {
                Threads = arguments.GetValue(_threads),
                StepGraphs = arguments.GetValue(_stepGraphs),
                SessionCache = _cache.Read(arguments),
            }
        );
}
