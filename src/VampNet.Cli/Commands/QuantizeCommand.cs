using System.CommandLine;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet quantize IN OUT</c>: quantizes any graph, and measures loss and speed.</summary>
internal sealed class QuantizeCommand : ToolCommand
{
    private readonly Argument<FileInfo> _in = new("IN") { Description = "A floating-point graph." };
    private readonly Argument<FileInfo> _out = new("OUT") { Description = "The file to write; its weights go to OUT.data." };
    private readonly QuantizeOptions _options;
    private readonly FormatOption _format = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Quantizes a graph, lists what stays in floating point and why, and measures loss and speed on this machine.";

    public QuantizeCommand(Terminal terminal)
        : base(
            terminal,
            "quantize",
            Summary,
            "vampnet quantize models/demo/coarse.onnx models/demo-int8/coarse.onnx",
            "vampnet quantize models/demo/coarse.onnx models/demo-int8/coarse.onnx --smooth-quant --gptq",
            "vampnet quantize models/demo/codec_decoder.onnx models/demo-int8/codec_decoder.onnx --scheme static --embedding-tables",
            "vampnet quantize models/demo/c2f.onnx models/demo-int8/c2f.onnx --judge-on music --goal \"nll<=+0.005\""
        )
    {
        _options = new QuantizeOptions(terminal, judgedByDefault: 5, withMeasuredScheme: true);
        Add(_in);
        Add(_out);
        _options.AddTo(this);
        Add(_format.Option);
        Add(_json);
    }

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        base.Outputs(arguments).SelectMany(output => (string[])[output, $"{output}.data", .. _format.Outputs(arguments, output)]);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        _options.RequireConsistent(arguments);
        string input = arguments.GetRequiredValue(_in).FullName;
        if (!File.Exists(input))
        {
            throw new CommandException(CommandErrorIds.FileMissing, found: $"no file {input}", expected: "a graph (.onnx)");
        }

        QuantizationRequest request = _options.Read(arguments, input, arguments.GetRequiredValue(_out).FullName);
        if (!request.Provider.IsProcessor && request.Scheme is QuantizationScheme.Dynamic or QuantizationScheme.Auto)
        {
            Terminal.Error.WriteLine(
                "warning: ONNX Runtime has no CUDA kernel for products of dynamic int8: they run on the processor, with copies "
                    + "around each. Of the "
                    + "released coarse model a pass took 143 ms instead of 6.4 on an H200. On a GPU take float16 or weight-only-4, "
                    + "or keep float32."
            );
        }

        QuantizationResult result = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(() => QuantizationRun.Run(request, new Steps(progress), cancellationToken), cancellationToken)
            )
            .ConfigureAwait(false);
        if (_format.IsOrt(arguments))
        {
            await Task.Run(() => FormatOption.Write(request.Output, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        foreach (string warning in result.Warnings)
        {
            Terminal.Error.WriteLine($"warning: {warning}. Give --calibration with recordings or codes like those it will be used on.");
        }

        if (UnseenNodes.Describe(result.Report) is { } unseen)
        {
            Terminal.Error.WriteLine($"warning: {unseen}. {UnseenNodes.Advice}.");
        }

        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(writer => JsonSerializer.Serialize(writer, result, CliJson.Default.QuantizationResult));
        }
        else
        {
            QuantizationDisplay.Show(Terminal, request, result, _options.SchemeName(arguments), _options.FindsMusic(arguments));
        }

        return result.Goal is { Met: false } ? ExitCode.ParityFailed : ExitCode.Done;
    }

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => steps.Report(new ProgressStep(value.ToString(), Fraction(value)));

        private static double Fraction(QuantizationProgress value) =>
            value.Stage switch
            {
                QuantizationStage.Calibrating or QuantizationStage.Measuring => 0.1,
                QuantizationStage.Searching => 0.2,
                QuantizationStage.Ranking => 0.2 + (0.1 * value.Done / Math.Max(value.Total, 1)),
                QuantizationStage.Trying => 0.3,
                QuantizationStage.Writing => 0.5,
                _ => 0.8,
            };
    }
}
