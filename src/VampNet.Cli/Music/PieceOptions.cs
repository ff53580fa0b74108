using System.CommandLine;
using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Music;

/// <summary>The options that concern the piece as a whole: its pitch, the part to generate, and whether it is a loop.</summary>
internal sealed class PieceOptions
{
    private const double SecondsInADay = 86_400;

    private readonly Option<double> _pitchShift = NumberOption.Real(
        "--pitch-shift",
        -PitchShifter.MostSemitones,
        PitchShifter.MostSemitones,
        0,
        "Shift the input's pitch by SEMITONES before encoding, -12 to 12. The length stays the same.",
        "SEMITONES"
    );
    private readonly Option<double?> _start = NumberOption.RealOrNone(
        "--start",
        0,
        SecondsInADay,
        "Generate from this time on, in SECONDS; the part before stays unchanged, with a crossfade of one frame.",
        "SECONDS"
    );
    private readonly Option<double?> _end = NumberOption.RealOrNone(
        "--end",
        0.001,
        SecondsInADay,
        "Generate up to this time, in SECONDS; the part after stays unchanged, with a crossfade of one frame.",
        "SECONDS"
    );
    private readonly Option<bool> _seamless = new("--seamless") { Description = "Treat the piece as a loop: its end meets its start." };

    /// <summary>Every option of this class.</summary>
    public IEnumerable<Option> All => [_pitchShift, _start, _end, _seamless];

    /// <summary>The runtime's options with the values of a command line.</summary>
    /// <exception cref="UsageException">A part of a piece cannot be a loop.</exception>
    public VampOptions Read(ParseResult arguments, VampOptions options)
    {
        if (arguments.GetValue(_seamless) && (arguments.GetValue(_start) is not null || arguments.GetValue(_end) is not null))
        {
            throw new UsageException($"Give either {_seamless.Name}, or {_start.Name} and {_end.Name}: a part of a piece cannot loop.");
        }

        return options with
        {
            PitchShiftSemitones = arguments.GetValue(_pitchShift),
            StartSeconds = arguments.GetValue(_start) ?? 0,
            EndSeconds = arguments.GetValue(_end),
            Seamless = arguments.GetValue(_seamless),
        };
    }
}
