using System.Collections.Immutable;
using System.Diagnostics;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Search;

/// <summary>Measures the loss of each node when it alone is quantized.</summary>
internal static class SensitivityMeter
{
    private const int Reports = 10;

    /// <summary>Ranks the nodes that a request would quantize, on its first held-out input.</summary>
    /// <returns>Each node once, largest cost first.</returns>
    /// <exception cref="VampNet.Onnx.OnnxException">The graph cannot be read or quantized.</exception>
    /// <exception cref="QuantizationException">It cannot be run.</exception>
    public static ImmutableArray<NodeSensitivity> Rank(
        QuantizationRequest request,
        ModelSample sample,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ModelQuantizer quantizer = new(request, null, cancellationToken);
        ReferenceOutputs reference = ReferenceOutputs.Compute(request.Input, [sample], request.Threads, request.Provider);
        return
        [
            .. Measure(quantizer, request.Selection, quantizer.Plan(request.Selection), reference, null, cancellationToken)
                .OrderByDescending(node => node.Cost),
        ];
    }

    /// <summary>Measures every node on the reference's first sample, in one session that holds each node quantized and not; reports
    /// progress and remaining time.</summary>
    internal static ImmutableArray<NodeSensitivity> Measure(
        ModelQuantizer quantizer,
        NodeSelection selection,
        QuantizationReport report,
        ReferenceOutputs reference,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using TemporaryFolder folder = new();
        string path = folder.At("switched.onnx");
        ImmutableArray<IGrouping<string, QuantizedWeight>> nodes = [.. report.Quantized.GroupBy(weight => weight.Output)];
        quantizer.WriteSwitched(selection, [.. nodes.Select(node => node.Key)], path);
        return Measure(path, nodes, reference, progress, cancellationToken);
    }

    private static ImmutableArray<NodeSensitivity> Measure(
        string path,
        ImmutableArray<IGrouping<string, QuantizedWeight>> nodes,
        ReferenceOutputs reference,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using GraphSession session = new(path, reference.Threads, provider: reference.Provider);
        ModelSample sample = reference.Samples[0];
        (Array, long[]) wanted = Run(SwitchedGraph.None(nodes.Length));
        long start = Stopwatch.GetTimestamp();
        return
        [
            .. nodes.Select(
                (node, i) =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (i == 0 || i * Reports / nodes.Length != (i - 1) * Reports / nodes.Length)
                    {
                        progress?.Report(Ranked(i, nodes.Length, Stopwatch.GetElapsedTime(start)));
                    }

                    LossMeter meter = new(reference.Kind);
                    ReferenceOutputs.Compare(wanted, Run(SwitchedGraph.Only(i, nodes.Length)), sample, meter);
                    return new NodeSensitivity(
                        node.First().Node,
                        node.Key,
                        Cost(meter.Conclude()),
                        node.Sum(weight => weight.BytesBefore - weight.BytesAfter)
                    );
                }
            ),
        ];

        (Array, long[]) Run(ModelInput switches) => session.RunFirst(sample with { Inputs = sample.Inputs.Add(switches) });
    }

    private static QuantizationProgress Ranked(int done, int count, TimeSpan elapsed) =>
        new(QuantizationStage.Ranking, done, count, done == 0 ? null : elapsed / done * (count - done));

    private static double Cost(QuantizationLoss loss)
    {
        double cost = loss.Divergence ?? (loss.SignalToNoise is { } decibels ? Math.Pow(10, -decibels / 10) : 1 - loss.Tokens!.Share);
        return double.IsNaN(cost) ? double.PositiveInfinity : Math.Max(cost, 0);
    }
}
