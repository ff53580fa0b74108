using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using VampNet.Cli.Display;
using VampNet.Runtime.Masks;

namespace VampNet.Cli.Music;

/// <summary><c>--preset NAME</c> sets several controls of the mask at once; <c>--list-presets</c> prints them.</summary>
internal sealed class PresetOption
{
    private readonly Option<string> _preset = new("--preset")
    {
        HelpName = "NAME",
        Description = "Start from a preset of upstream's web page. Options given beside it override its values.",
    };

    public PresetOption()
    {
        _preset.CompletionSources.Add(_ => MaskPreset.All.Select(preset => new System.CommandLine.Completions.CompletionItem(preset.Name)));
        _preset.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && MaskPreset.Find(name) is null)
            {
                result.AddError(
                    $"Found \"{name}\" for {_preset.Name}. Expected one of: "
                        + $"{string.Join(", ", MaskPreset.All.Select(each => $"\"{each.Name}\""))}."
                );
            }
        });
    }

    /// <summary>The option itself.</summary>
    public Option Option => _preset;

    /// <summary>Gives a command the option that prints the presets and ends.</summary>
    public static void AddListTo(Command command, Terminal terminal) =>
        command.Add(
            new Option<bool>("--list-presets")
            {
                Description = "Print the presets with the options that each sets, and exit.",
                Action = new ListAction(terminal),
            }
        );

    /// <summary>The preset that a command line names; null for none.</summary>
    public MaskPreset? Read(ParseResult arguments) => arguments.GetValue(_preset) is { } name ? MaskPreset.Find(name) : null;

    private sealed class ListAction(Terminal terminal) : SynchronousCommandLineAction
    {
        /// <inheritdoc/>
        public override bool ClearsParseErrors => true;

        /// <inheritdoc/>
        public override int Invoke(ParseResult parseResult)
        {
            terminal.WriteTable(
                ["--preset", "--periodic-prompt#", "--upper-codebook-mask#", "--onset-width#", "--dropout#", "--beat-seconds#"],
                MaskPreset.All.Select(preset =>
                    (string[])
                        [
                            preset.Name,
                            Text(preset.PeriodicPrompt),
                            Text(preset.UpperCodebookMask),
                            Text(preset.OnsetMaskWidth),
                            Text(preset.Dropout),
                            Text(preset.BeatMaskSeconds),
                        ]
                )
            );
            return ExitCode.Done;
        }

        private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
