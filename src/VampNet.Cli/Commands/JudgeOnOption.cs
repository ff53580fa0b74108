using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Quantization.Judging;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary><c>--judge-on PATH...</c>: held-out music to judge graphs on.</summary>
internal sealed class JudgeOnOption
{
    // Of music that nobody chose for this: enough for a figure, and bounded however much lies there.
    private const int FoundPassages = 8;

    /// <param name="absent">The behaviour without the option, one sentence for the help page.</param>
    public JudgeOnOption(string absent)
    {
        Option = new Option<string[]>("--judge-on")
        {
            HelpName = "PATH",
            AllowMultipleArgumentsPerToken = true,
            Description =
                "Judge on held-out music: recordings, or .safetensors files of vampnet encode, or folders of them. Transformers see it "
                + $"with 20, 50 and 80 % of its tokens masked, and are judged by the likelihood of the true ones. {absent}",
        };
        Option.RefuseBlank("a path");
    }

    /// <summary>The option.</summary>
    public Option<string[]> Option { get; }

    /// <summary>The music of a command line; null if it names none.</summary>
    /// <exception cref="CommandException">VNL0002: there is no such file or folder.</exception>
    public JudgedMusic? Read(ParseResult arguments)
    {
        ImmutableArray<string> paths = [.. arguments.GetValue(Option) ?? []];
        string? missing = paths.FirstOrDefault(path => !Path.Exists(path));
        return missing is not null
                ? throw new CommandException(
                    CommandErrorIds.FileMissing,
                    found: $"no file or folder {missing}",
                    expected: "recordings or code files to judge on, as vampnet encode writes them"
                )
            : paths.IsEmpty ? null
            : new JudgedMusic { Paths = paths };
    }

    /// <summary>The music beside a graph; null where there is none.</summary>
    public static JudgedMusic? Find(string graph) =>
        Directory.Exists(Path.GetDirectoryName(graph)) && MusicBeside.Find(graph) is { IsEmpty: false } found
            ? new JudgedMusic { Paths = found, MostPassages = FoundPassages }
            : null;
}
