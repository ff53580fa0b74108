using System.CommandLine;
using VampNet.Cli.Commands;
using VampNet.Quantization;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch quantize IN...</c>: graphs to fewer bits.</summary>
internal sealed class BatchQuantizeCommand : BatchRunCommand
{
    // Choosing by time gives other files on other machines.
    private readonly QuantizeOptions _options;

    public BatchQuantizeCommand(Terminal terminal)
        : base(
            terminal,
            "quantize",
            "Quantizes graphs, as vampnet quantize does, without the scheme auto, which chooses by time.",
            "vampnet batch quantize models/demo --out models/demo-int8 --scheme dynamic"
        )
    {
        _options = new QuantizeOptions(terminal, judgedByDefault: 0, withMeasuredScheme: false);
        _options.AddTo(this);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Extensions => [".onnx"];

    /// <inheritdoc/>
    protected override string OutputExtensionOf(ParseResult arguments) => ".onnx";

    /// <inheritdoc/>
    protected override IEnumerable<string> OutputsOf(ParseResult arguments, string name) => [name, $"{name}.data"];

    /// <inheritdoc/>
    protected override BatchWork Open(ParseResult arguments)
    {
        _options.RequireConsistent(arguments);
        return new QuantizeWork(arguments, _options);
    }

    private sealed class QuantizeWork(ParseResult arguments, QuantizeOptions options) : BatchWork
    {
        /// <inheritdoc/>
        public override string Settings { get; } = $"quantize\n{options.Describe(arguments)}";

        /// <inheritdoc/>
        public override string HashInput(string input) =>
            ContentHash.OfText($"{ContentHash.OfGraph(input)}\n{options.DescribeCalibration(arguments, input)}");

        /// <inheritdoc/>
        public override Task RunAsync(string input, string output, CancellationToken cancellationToken) =>
            Task.Run(
                () =>
                {
                    QuantizationResult result = QuantizationRun.Run(
                        options.Read(arguments, input, output),
                        cancellationToken: cancellationToken
                    );
                    if (result.Goal is { Met: false } goal)
                    {
                        throw new CommandException(
                            CommandErrorIds.BatchGoalMissed,
                            found: $"that {input} misses the goal {goal.Goal} with every node tried in floating point",
                            expected: "a graph that meets it",
                            advice: "Lower the goal, or exclude more nodes with --exclude"
                        );
                    }
                },
                cancellationToken
            );

        /// <inheritdoc/>
        public override void Dispose() { }
    }
}
