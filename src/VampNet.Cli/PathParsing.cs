using System.CommandLine;
using System.CommandLine.Parsing;

namespace VampNet.Cli;

/// <summary>Gives every option and argument that takes a path a parser that refuses invalid paths with a clear message.</summary>
internal static class PathParsing
{
    /// <summary>Sets the parsers of a command and of all commands below it.</summary>
    public static void ApplyTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            switch (option)
            {
                case Option<FileInfo> file:
                    file.CustomParser ??= result => Parse(result, option.Name, path => new FileInfo(path));
                    break;
                case Option<DirectoryInfo> folder:
                    folder.CustomParser ??= result => Parse(result, option.Name, path => new DirectoryInfo(path));
                    break;
            }
        }

        foreach (Argument argument in command.Arguments)
        {
            switch (argument)
            {
                case Argument<FileInfo> file:
                    file.CustomParser ??= result => Parse(result, argument.Name, path => new FileInfo(path));
                    break;
                case Argument<DirectoryInfo> folder:
                    folder.CustomParser ??= result => Parse(result, argument.Name, path => new DirectoryInfo(path));
                    break;
            }
        }

        foreach (Command subcommand in command.Subcommands)
        {
            ApplyTo(subcommand);
        }
    }

    private static T? Parse<T>(ArgumentResult result, string name, Func<string, T> create)
        where T : class
    {
        string text = result.Tokens is [var token, ..] ? token.Value : "";
        if (!string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal))
        {
            return create(text);
        }

        result.AddError($"Found \"{text}\" for {name}. Expected a path.");
        return null;
    }
}
