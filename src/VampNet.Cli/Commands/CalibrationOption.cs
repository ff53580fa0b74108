using System.Collections.Immutable;
using System.CommandLine;
using VampNet.Cli.Batch;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary><c>--calibration PATH</c>: the calibration set. Absent: the music beside the graph.</summary>
internal sealed class CalibrationOption
{
    // Of music that nobody chose for this: enough for ranges, and bounded however much lies there.
    private const int MostPassages = 32;

    // The part of found music that ranges are measured on, where the rest is to be judged on.
    private const double CalibratedShare = 0.75;

    private static readonly ImmutableArray<string> SeededWords = ["none", "seeded"];

    public CalibrationOption() => Option.RefuseBlank("a path, none or seeded");

    /// <summary>The option.</summary>
    public Option<string?> Option { get; } =
        new("--calibration")
        {
            HelpName = "PATH",
            Description =
                "Calibrate on these files (static, auto, float16, --smooth-quant, --gptq): recordings, .npz, .npy, .safetensors, ONNX "
                + "test data, or a folder of them. Absent: music beside the graph, where codec_encoder.onnx is there too. none or "
                + "seeded: seeded inputs, whose ranges do not fit music.",
        };

    /// <summary>The calibration set of a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">The graph.</param>
    /// <param name="method">Method that chooses a range.</param>
    /// <exception cref="CommandException">VNL0002: there is no such file or folder.</exception>
    public CalibrationSource Read(ParseResult arguments, string input, CalibrationMethod method)
    {
        CalibrationSource source = new() { Method = method };
        return arguments.GetValue(Option) switch
        {
            null => source with { Paths = MusicBeside.Find(input), MostPassages = MostPassages },
            { } word when SeededWords.Contains(word) => source with { AcceptsSeeds = true },
            { } path when Path.Exists(path) => source with { Paths = [path] },
            { } path => throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file or folder {path}",
                expected: "recordings or .safetensors files to calibrate on, or the word seeded"
            ),
        };
    }

    /// <summary>Lets a request be judged on music that was found beside the graph, where none was named: on all of it, or on the last
    /// quarter where ranges are measured on the rest.</summary>
    public QuantizationRequest JudgeOnFound(ParseResult arguments, QuantizationRequest request)
    {
        if (request.JudgedOn is not null || request.JudgedSamples == 0 || JudgeOnOption.Find(request.Input) is not { } music)
        {
            return request;
        }

        bool shares = request.Calibrates && IsFound(arguments);
        return shares
            ? request with
            {
                Calibration = request.Calibration with { Share = CalibratedShare },
                JudgedOn = music with { Skip = CalibratedShare },
            }
            : request with
            {
                JudgedOn = music,
            };
    }

    /// <summary>Whether the music was found, not named.</summary>
    public bool IsFound(ParseResult arguments) => arguments.GetValue(Option) is null;

    /// <summary>The hash of the calibration set; "seeded" for seeded inputs.</summary>
    public string Describe(ParseResult arguments, string input)
    {
        CalibrationSource source = Read(arguments, input, default);
        return source.IsSeeded ? "seeded" : string.Join(' ', source.Paths.Select(ContentHash.OfPath));
    }
}
