using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Music;

/// <summary>The options that concern the piece as a whole: its pitch, the part to make anew, and whether it is a loop.</summary>
internal sealed class PieceOptions
{
    private readonly Option<double> _pitchShift = new("--pitch-shift")
    {
        HelpName = "SEMITONES",
        Description = "Shift the input's pitch before encoding, -12 to 12; its length stays.",
    };
    private readonly Option<double?> _start = new("--start")
    {
        HelpName = "SECONDS",
        Description = "Make anew from here on; what comes before stays as it is, with a crossfade of one frame.",
    };
    private readonly Option<double?> _end = new("--end")
    {
        HelpName = "SECONDS",
        Description = "Make anew up to here; what comes after stays as it is, with a crossfade of one frame.",
    };
    private readonly Option<bool> _seamless = new("--seamless") { Description = "Treat the piece as a loop: its end meets its start." };

    public PieceOptions()
    {
        _pitchShift.Validators.Add(result =>
            Require(
                result,
                Math.Abs(result.GetValueOrDefault<double>()) <= PitchShifter.MostSemitones,
                $"-{PitchShifter.MostSemitones} to {PitchShifter.MostSemitones}"
            )
        );
        _start.Validators.Add(result =>
            Require(result, result.GetValueOrDefault<double?>() is >= 0 and < double.PositiveInfinity, "0 or more")
        );
        _end.Validators.Add(result =>
            Require(result, result.GetValueOrDefault<double?>() is > 0 and < double.PositiveInfinity, "more than 0")
        );
        _seamless.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<bool>() && (result.GetResult(_start) is not null || result.GetResult(_end) is not null))
            {
                result.AddError($"Give either {_seamless.Name}, or {_start.Name} and {_end.Name}: a part of a piece is no loop.");
            }
        });
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_pitchShift, _start, _end, _seamless];

    /// <summary>The runtime's options with what a command line gives.</summary>
    public VampOptions Read(ParseResult arguments, VampOptions options) =>
        options with
        {
            PitchShiftSemitones = arguments.GetValue(_pitchShift),
            StartSeconds = arguments.GetValue(_start) ?? 0,
            EndSeconds = arguments.GetValue(_end),
            Seamless = arguments.GetValue(_seamless),
        };

    private static void Require(OptionResult result, bool holds, string range)
    {
        if (!holds)
        {
            result.AddError($"Option {result.Option.Name} takes {range}.");
        }
    }
}
