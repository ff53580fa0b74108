using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Inference.Inputs;

namespace VampNet.Cli.Commands;

/// <summary>The options that specify a graph's inputs, for every command that generates inputs.</summary>
internal sealed class InputOptions
{
    private readonly Option<string[]> _input = new("--input")
    {
        HelpName = "SPEC",
        Description =
            "Give the input NAME the type, sizes and range of SPEC: "
            + InputSpec.Form
            + ". RANGE is <N (whole numbers from 0 to N-1), LOW..HIGH or =N; LETTER=N gives all axes of that letter a length. May "
            + "be repeated.",
    };

    private readonly Option<FileInfo> _file = new("--input-file")
    {
        HelpName = "FILE",
        Description =
            "Read what --input says from a JSON object: {\"image\": \"float32[1,3,H=320,W=320]0..1\", \"ids\": {\"shape\": [1, "
            + "\"T=128\"], \"below\": 30522}}.",
    };

    public InputOptions() =>
        _input.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (!InputSpec.TryParse(text, out _, out string? problem))
                {
                    result.AddError($"Found \"{text}\" for {_input.Name}: {problem}. Expected {InputSpec.Form}.");
                }
            }
        });

    /// <summary>Every option of this class.</summary>
    public IReadOnlyList<Option> All => [_input, _file];

    /// <summary>The input specifications of a command line, followed by those of its file.</summary>
    /// <exception cref="Inference.InferenceException">VNI0346: the file holds no specifications.</exception>
    /// <exception cref="CommandException">VNL0002: there is no such file.</exception>
    public ImmutableArray<InputSpec> Read(ParseResult arguments)
    {
        FileInfo? file = arguments.GetValue(_file);
        if (file is { Exists: false })
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {file.FullName}",
                expected: "a JSON object of input specifications"
            );
        }

        return
        [
            .. file is null ? [] : InputSpecFile.Read(file.FullName),
            .. (arguments.GetValue(_input) ?? []).Select(text =>
                InputSpec.TryParse(text, out InputSpec? spec, out _) ? spec : throw new InvalidOperationException(text)
            ),
        ];
    }
}
