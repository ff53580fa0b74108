using System.CommandLine;
using System.Globalization;
using VampNet.Cli.Batch;
using VampNet.Cli.Music;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary>The options that say how a graph is quantized and judged.</summary>
internal sealed class QuantizeOptions
{
    private const string MeasuredScheme = "auto";

    private static readonly Dictionary<string, QuantizationScheme> Schemes = new()
    {
        ["dynamic"] = QuantizationScheme.Dynamic,
        ["static"] = QuantizationScheme.Static,
        ["weight-only-8"] = QuantizationScheme.WeightOnly8,
        ["weight-only-4"] = QuantizationScheme.WeightOnly4,
        ["auto"] = QuantizationScheme.Auto,
        ["float16"] = QuantizationScheme.Float16,
    };

    private static readonly Dictionary<string, CalibrationMethod> Methods = new()
    {
        ["min-max"] = CalibrationMethod.MinMax,
        ["percentile"] = CalibrationMethod.Percentile,
        ["entropy"] = CalibrationMethod.Entropy,
        ["mse"] = CalibrationMethod.MeanSquaredError,
    };

    private static readonly Dictionary<string, WeightRange> WeightRanges = new()
    {
        ["pair-safe"] = WeightRange.PairSafe,
        ["full"] = WeightRange.Full,
        ["seven-bit"] = WeightRange.SevenBit,
    };

    private readonly Option<string> _scheme = new("--scheme")
    {
        DefaultValueFactory = _ => "dynamic",
        Description =
            "Choose the number format of weights and activations. Matrix products gain most from dynamic, convolutions from static; auto "
            + "measures both for each kind of operator, and keeps what is faster than float32 on this machine.",
    };
    private readonly Option<bool> _orFloat32 = new("--or-float32")
    {
        Description = "Write the graph unchanged, instead of refusing it, when auto finds nothing faster.",
    };
    private readonly Option<bool> _asIs = new("--as-is")
    {
        Description =
            "Quantize the graph as it is. By default types are repaired, functions inlined, constants folded, and "
            + "BatchNormalization and factors merged into weights first.",
    };
    private readonly OutputKindOption _outputKind = new();
    private readonly Option<string[]> _include = new("--include")
    {
        HelpName = "PATTERN",
        Description = "Quantize only nodes whose name or operator matches; * and ? are wildcards. May be repeated.",
    };
    private readonly Option<string[]> _exclude = new("--exclude")
    {
        HelpName = "PATTERN",
        Description = "Do not quantize nodes whose name or operator matches. May be repeated.",
    };
    private readonly Option<bool> _perTensor = new("--per-tensor")
    {
        Description = "Use one scale per weight instead of one per output channel.",
    };
    private readonly Option<string> _weightRange = new("--weight-range")
    {
        DefaultValueFactory = _ => "pair-safe",
        Description =
            "Set the range of int8 weights (dynamic, static): pair-safe and seven-bit cannot saturate on CPUs without VNNI; full can, "
            + "silently.",
    };
    private readonly Option<bool> _smooth = new("--smooth-quant", "--smooth")
    {
        Description =
            "Apply SmoothQuant first: scale the channels of activations to similar ranges, and the weights by the inverse "
            + "(dynamic). Runs the model on --calibration.",
    };
    private readonly Option<bool> _compensate = new("--gptq", "--compensate")
    {
        Description = "Round weights by GPTQ: choose each so that it cancels the errors of those before it, on --calibration (dynamic).",
    };
    private readonly Option<bool> _tables = new("--embedding-tables")
    {
        Description = "Quantize embedding tables (weights of Gather) too (dynamic, static).",
    };
    private readonly Option<bool> _signed = new("--signed-activations") { Description = "Use int8 activations instead of uint8 (static)." };
    private readonly Option<int> _blockSize = NumberOption.OneOf(
        "--block-size",
        [16, 32, 64, 128, 256],
        32,
        "Use one scale per N weights (weight-only): 16, 32, 64, 128 or 256."
    );
    private readonly Option<int> _accuracy = NumberOption.OneOf(
        "--accuracy-level",
        [0, 1, 2, 3, 4],
        4,
        "Compute MatMulNBits with at least this precision (weight-only): 0 the runtime's choice, 1 float32, 2 float16, 3 bfloat16, 4 int8."
    );
    private readonly Option<bool> _portable = new("--portable")
    {
        Description = "Use standard operators only: DequantizeLinear instead of MatMulNBits (weight-only).",
    };
    private readonly CalibrationOption _calibration = new();
    private readonly JudgeOnOption _judgeOn = new(
        "Absent: music beside the graph, where codec_encoder.onnx is there too; else seeded inputs."
    );
    private readonly Option<string> _method = new("--method")
    {
        DefaultValueFactory = _ => "min-max",
        Description = "Choose activation ranges by this method (static).",
    };
    private readonly Option<int?> _vocabulary = NumberOption.WholeOrNone(
        "--vocabulary",
        1,
        1_000_000_000,
        "Give integer inputs whole numbers from 0 to V-1. Absent: below the number of rows of the table that they index.",
        "V"
    );
    private readonly Option<int?> _extent = NumberOption.WholeOrNone(
        "--extent",
        1,
        100_000_000,
        "Set dynamic lengths of the inputs to N: token frames, samples, or pixels per side. --input gives each letter a "
            + "length of its own."
    );
    private readonly InputOptions _inputs = new();
    private readonly GoalOption _goal = new(
        $"The costliest nodes return to floating point until it is met; exits with {ExitCode.ParityFailed} when it cannot be."
    );
    private readonly Option<int> _judge;
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly ProviderOption _provider;

    /// <param name="terminal">Receives the name of the provider that auto chose.</param>
    /// <param name="judgedByDefault">Number of inputs that the result is judged on unless the command line says another; 0 for
    /// none.</param>
    /// <param name="withMeasuredScheme">Whether the scheme may be chosen by timing, which gives other files on other machines.</param>
    public QuantizeOptions(Terminal terminal, int judgedByDefault, bool withMeasuredScheme)
    {
        _provider = new ProviderOption(terminal);
        _judge = NumberOption.Whole(
            "--judge",
            0,
            10_000,
            judgedByDefault,
            "Compare and time the graphs on N seeded inputs that calibration has not seen, where there is no music to judge on; "
                + "0 skips this."
        );
        _scheme.TakeOneOf([.. Schemes.Keys.Where(name => withMeasuredScheme || name != MeasuredScheme)]);
        _method.TakeOneOf([.. Methods.Keys]);
        _weightRange.TakeOneOf([.. WeightRanges.Keys]);
        _include.RefuseBlank("a pattern, such as Conv or *attention*");
        _exclude.RefuseBlank("a pattern, such as Conv or *attention*");
        All =
        [
            _scheme,
            .. withMeasuredScheme ? [_orFloat32] : Array.Empty<Option>(),
            _asIs,
            _include,
            _exclude,
            _perTensor,
            _weightRange,
            _smooth,
            _compensate,
            _tables,
            _signed,
            _blockSize,
            _accuracy,
            _portable,
            _calibration.Option,
            _method,
            _vocabulary,
            _extent,
            .. _inputs.All,
            _outputKind.Option,
            _goal.Option,
            _judgeOn.Option,
            _judge,
            _threads,
            .. _provider.All,
        ];
    }

    /// <summary>Every option of this class.</summary>
    public IReadOnlyList<Option> All { get; }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The word for the scheme, as the command line has it.</summary>
    public string SchemeName(ParseResult arguments) => arguments.GetRequiredValue(_scheme);

    /// <summary>The value of every option, one on each line: equal texts and equal <see cref="DescribeCalibration"/> give equal graphs of
    /// equal graphs on one machine.</summary>
    public string Describe(ParseResult arguments) =>
        string.Join('\n', All.Select(option => string.Create(CultureInfo.InvariantCulture, $"{option.Name} {Value(arguments, option)}")));

    /// <summary>The hash of the calibration set.</summary>
    public string DescribeCalibration(ParseResult arguments, string input) => _calibration.Describe(arguments, input);

    /// <summary>Whether the graph is calibrated on music that lies beside it, because none was named.</summary>
    public bool FindsMusic(ParseResult arguments) => _calibration.IsFound(arguments);

    /// <summary>The request of a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">The graph in floating point.</param>
    /// <param name="output">The file to write.</param>
    public QuantizationRequest Read(ParseResult arguments, string input, string output) =>
        _calibration.JudgeOnFound(arguments, ReadNamed(arguments, input, output));

    private QuantizationRequest ReadNamed(ParseResult arguments, string input, string output) =>
        new(input, output)
        {
            Scheme = Schemes[arguments.GetRequiredValue(_scheme)],
            OrFloat32 = arguments.GetValue(_orFloat32),
            AsIs = arguments.GetValue(_asIs),
            Selection = new NodeSelection { Include = arguments.GetValue(_include) ?? [], Exclude = arguments.GetValue(_exclude) ?? [] },
            Granularity = arguments.GetValue(_perTensor) ? WeightGranularity.PerTensor : WeightGranularity.PerChannel,
            WeightRange = WeightRanges[arguments.GetRequiredValue(_weightRange)],
            SmoothQuant = arguments.GetValue(_smooth),
            Gptq = arguments.GetValue(_compensate),
            EmbeddingTables = arguments.GetValue(_tables),
            SignedActivations = arguments.GetValue(_signed),
            BlockSize = arguments.GetValue(_blockSize),
            AccuracyLevel = arguments.GetValue(_accuracy),
            Form = arguments.GetValue(_portable) ? WeightOnlyForm.DequantizeLinear : WeightOnlyForm.MatMulNBits,
            Calibration = _calibration.Read(arguments, input, Methods[arguments.GetRequiredValue(_method)]),
            Profile = ExportedInputs.ProfileOf(input, arguments.GetValue(_vocabulary)) with { Specs = _inputs.Read(arguments) },
            Extent = arguments.GetValue(_extent),
            Goal = _goal.Read(arguments),
            OutputKind = _outputKind.Read(arguments),
            JudgedSamples = arguments.GetValue(_judge),
            JudgedOn = _judgeOn.Read(arguments),
            Threads = arguments.GetValue(_threads),
            Provider = _provider.ReadSessions(arguments),
        };

    /// <exception cref="UsageException">Options that contradict each other.</exception>
    public void RequireConsistent(ParseResult arguments)
    {
        string scheme = arguments.GetRequiredValue(_scheme);
        if (arguments.GetValue(_judge) < 1 && (_goal.Read(arguments) is not null || scheme == MeasuredScheme))
        {
            throw new UsageException($"Option {_goal.Option.Name} and the scheme auto need {_judge.Name} of at least 1.");
        }

        if (arguments.GetValue(_judge) < 1 && arguments.GetResult(_judgeOn.Option) is { Implicit: false })
        {
            throw new UsageException($"Option {_judgeOn.Option.Name} needs {_judge.Name} of at least 1.");
        }

        if (scheme != "dynamic" && (arguments.GetValue(_smooth) || arguments.GetValue(_compensate)))
        {
            throw new UsageException($"Options {_smooth.Name} and {_compensate.Name} refine the scheme dynamic alone.");
        }
    }

    private static string Value(ParseResult arguments, Option option) =>
        option switch
        {
            Option<string[]> several => string.Join(", ", arguments.GetValue(several) ?? []),
            Option<string?> word => arguments.GetValue(word) ?? "",
            Option<bool> flag => arguments.GetValue(flag) ? "yes" : "no",
            Option<FileInfo> file => arguments.GetValue(file) is { } given ? ContentHash.OfPath(given.FullName) : "",
            Option<int> number => arguments.GetValue(number).ToString(CultureInfo.InvariantCulture),
            Option<int?> number => arguments.GetValue(number)?.ToString(CultureInfo.InvariantCulture) ?? "",
            _ => throw new InvalidOperationException($"{option.Name} has a type without a text."),
        };
}
