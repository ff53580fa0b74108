using System.CommandLine;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Music;

/// <summary><c>--session-cache</c>: where optimized models with packed weights are cached.</summary>
internal sealed class SessionCacheOption
{
    private const string On = "on",
        Off = "off";

    private readonly Option<string?> _cache = new("--session-cache")
    {
        HelpName = "DIR|on|off",
        Description =
            "Cache optimized models with packed weights in DIR, or with on in the user's cache folder: they open faster, and processes "
            + $"share their weights. Takes twice the models' size. Default: the variable {SessionCacheOptions.Variable}, else off.",
    };

    public SessionCacheOption() => _cache.RefuseBlank("a folder, on or off");

    /// <summary>Gives a command this option.</summary>
    public void AddTo(Command command) => command.Add(_cache);

    /// <summary>The cache that the command line names, or the environment.</summary>
    public SessionCacheOptions? Read(ParseResult arguments) =>
        Choose(arguments.GetValue(_cache) ?? Environment.GetEnvironmentVariable(SessionCacheOptions.Variable));

    /// <summary>The cache that a text names.</summary>
    /// <param name="text">A folder, <c>on</c> or <c>off</c>; null or empty is off.</param>
    internal static SessionCacheOptions? Choose(string? text) =>
        text switch
        {
            null or "" or Off => null,
            On => SessionCacheOptions.DefaultFolder is { } folder ? new SessionCacheOptions { Folder = folder } : null,
            _ => new SessionCacheOptions { Folder = Path.GetFullPath(text) },
        };
}
