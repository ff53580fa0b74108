using System.Globalization;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Refinement;
using VampNet.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Cli.Display;

/// <summary>The output of <c>vampnet quantize</c>: quantized and kept weights, tried schemes, loss and speed.</summary>
internal static class QuantizationDisplay
{
    private const int ShownNodes = 10;
    private const int ShownOutputs = 5;

    /// <summary>Writes the result of a quantization.</summary>
    /// <param name="terminal">Terminal to write to.</param>
    /// <param name="request">The request.</param>
    /// <param name="result">The result.</param>
    /// <param name="scheme">The scheme, as the command line has it.</param>
    /// <param name="foundMusic">Whether the calibration set was found beside the graph.</param>
    public static void Show(Terminal terminal, QuantizationRequest request, QuantizationResult result, string scheme, bool foundMusic)
    {
        QuantizationReport report = result.Report;
        if (result.Calibration is { } calibration)
        {
            terminal.WriteFacts(
                ("calibrated on", foundMusic && !request.Calibration.IsSeeded ? $"{calibration}, found beside the graph" : calibration)
            );
        }

        if (!result.Trials.IsEmpty)
        {
            ShowTrials(terminal, result.Trials, report.Scheme);
        }

        if (!result.Preparation.IsEmpty)
        {
            terminal.WriteFacts(("prepared", string.Join(", ", result.Preparation)));
        }

        if (report.Opset is { } opset)
        {
            terminal.WriteFacts(("opset", $"{opset}, which this scheme needs"));
        }

        if (report.Quantized.IsEmpty)
        {
            terminal.WriteFacts(("written", request.Output));
            terminal.Output.WriteLine(
                "recommend: float32: no scheme is faster in every turn "
                    + $"here{(request.Provider.IsProcessor ? "" : $" on {request.Provider.Description}")}"
            );
            return;
        }

        terminal.WriteTable(
            ["weights", "format", "count#", "before#", "after#", "worst SQNR#"],
            report
                .Quantized.GroupBy(weight => (weight.OpType, weight.Format))
                .Select(group =>
                    (IReadOnlyList<string>)
                        [
                            group.Key.OpType,
                            group.Key.Format,
                            $"{group.Count()}",
                            Bytes(group.Sum(weight => weight.BytesBefore)),
                            Bytes(group.Sum(weight => weight.BytesAfter)),
                            Decibels(group.Min(weight => weight.SignalToNoise)),
                        ]
                )
        );
        if (!report.Kept.IsEmpty)
        {
            terminal.WriteTable(
                ["left in floating point", "count#", "bytes#", "the largest", "reason"],
                report
                    .Kept.GroupBy(kept => (kept.OpType, kept.Reason))
                    .OrderByDescending(group => group.Sum(kept => kept.Bytes))
                    .Select(group =>
                        (IReadOnlyList<string>)
                            [
                                group.Key.OpType,
                                $"{group.Count()}",
                                Bytes(group.Sum(kept => kept.Bytes)),
                                group.MaxBy(kept => kept.Bytes)!.Tensor,
                                group.Key.Reason,
                            ]
                    )
            );
        }

        if (!report.FloatNodes.IsEmpty)
        {
            terminal.WriteTable(
                ["computed in float32", "count#", "the first", "reason"],
                report
                    .FloatNodes.GroupBy(node => node.Reason)
                    .OrderByDescending(group => group.Count())
                    .Select(group =>
                        (IReadOnlyList<string>)
                            [
                                string.Join(", ", group.Select(node => node.OpType).Distinct()),
                                $"{group.Count()}",
                                group.First().Node,
                                group.Key,
                            ]
                    )
            );
        }

        if (result.Smoothing is { } smoothing)
        {
            terminal.WriteFacts(
                (
                    "SmoothQuant",
                    $"{smoothing.Smoothed.Length} of {smoothing.Smoothed.Length + smoothing.Left.Length} activations"
                        + NotSmoothed(smoothing)
                )
            );
        }

        if (result.Goal is { } goal)
        {
            ShowGoal(terminal, goal);
        }

        if (!result.Nodes.IsEmpty)
        {
            terminal.WriteTable(
                ["outputs furthest from the reference", "SQNR#", "range#", "saturated#"],
                result
                    .Nodes.Take(ShownOutputs)
                    .Select(node =>
                        (IReadOnlyList<string>)
                            [
                                node.Output,
                                Decibels(node.SignalToNoise),
                                string.Create(CultureInfo.InvariantCulture, $"{node.Minimum:0.###} to {node.Maximum:0.###}"),
                                node.Saturated is { } share ? Percent(share) : "",
                            ]
                    )
            );
        }

        if (!result.Lengths.IsEmpty)
        {
            terminal.WriteTable(
                ["frames#", "same token#", "flips#", "lost margin#", "KL#", "SQNR#"],
                result.Lengths.Select(length => (IReadOnlyList<string>)[$"{length.Frames}", .. Columns(length.Loss)])
            );
        }

        if (result.Judgement is { } judgement)
        {
            if (judgement.Loss.Likelihood is { } likelihood)
            {
                terminal.WriteTable(LikelihoodTable.Columns, LikelihoodTable.Rows(likelihood));
            }

            terminal.WriteFacts([
                .. result.Output is { } output ? new[] { ("output", $"{output.Kind.ToString().ToLowerInvariant()}: {output.Reason}") } : [],
                .. result.JudgedOn is { } judged ? new[] { ("judged on", judged) } : [],
                .. Facts(judgement),
                .. result.Goal is null ? [] : new[] { ("goal", result.Goal.ToString()) },
                ("written", request.Output),
            ]);
            if (result.Saturates)
            {
                terminal.Output.WriteLine(
                    "This processor has no 8-bit dot products: pairs of products are added in 16 bits, and sums that saturate are "
                        + "wrong. --weight-range pair-safe avoids this."
                );
            }

            terminal.Output.WriteLine(
                result.Goal is { Met: false }
                    ? $"recommend: float32, {Label(scheme)} misses {result.Goal.Goal}"
                    : judgement.Recommend(Label(scheme), request.Provider)
            );
        }
    }

    private static string Label(string scheme) =>
        scheme switch
        {
            "weight-only-8" => "int8 weights",
            "weight-only-4" => "int4 weights",
            "float16" => "float16",
            _ => "int8",
        };

    private static IEnumerable<string> Columns(QuantizationLoss loss) =>
        [
            loss.Tokens is { } tokens ? Percent(tokens.Share) : "",
            loss.Tokens is { } flips ? $"{flips.Disagreements} of {flips.Positions}" : "",
            loss.LostMargin is { } margin ? margin.ToString("0.#####", CultureInfo.InvariantCulture) : "",
            loss.Divergence is { } divergence ? divergence.ToString("0.#####", CultureInfo.InvariantCulture) : "",
            loss.SignalToNoise is { } decibels ? Decibels(decibels) : "",
        ];

    private static void ShowTrials(Terminal terminal, IEnumerable<SchemeTrial> trials, string chosen)
    {
        terminal.WriteTable(
            ["operators", "scheme", "float32#", "quantized#", "speed", "same token or SQNR#"],
            trials.Select(trial =>
                (IReadOnlyList<string>)
                    [
                        string.Join('/', trial.Operators),
                        trial.Scheme.ToString().ToLowerInvariant(),
                        Milliseconds(trial.Judgement.Speed.ReferenceMilliseconds),
                        Milliseconds(trial.Judgement.Speed.CandidateMilliseconds),
                        trial.Judgement.Speed.Describe(),
                        trial.Judgement.Loss.Tokens is { } tokens
                            ? Percent(tokens.Share)
                            : Decibels(trial.Judgement.Loss.SignalToNoise ?? 0),
                    ]
            )
        );
        terminal.WriteFacts(("chosen", chosen));
    }

    private static string Milliseconds(double time) => time.ToString("0.## ms", CultureInfo.InvariantCulture);

    private static void ShowGoal(Terminal terminal, GoalOutcome goal)
    {
        if (!goal.Nodes.IsEmpty)
        {
            terminal.WriteTable(
                ["costliest nodes, each quantized alone", "cost#", "bytes#"],
                goal.Nodes.Take(ShownNodes)
                    .Select(node =>
                        (IReadOnlyList<string>)[node.Output, node.Cost.ToString("0.0e+00", CultureInfo.InvariantCulture), Bytes(node.Bytes)]
                    )
            );
        }

        terminal.WriteTable(
            ["nodes in floating point#", "bytes#", "metric#", goal.Goal],
            goal.Steps.Select(step =>
                (IReadOnlyList<string>)
                    [
                        $"{step.Spared}",
                        Bytes(step.Bytes),
                        step.Value.ToString("0.######", CultureInfo.InvariantCulture),
                        step.Met ? "met" : "missed",
                    ]
            )
        );
    }

    /// <summary>The loss of a graph, one line per figure.</summary>
    public static IEnumerable<(string, string)> Facts(QuantizationLoss loss)
    {
        if (loss.Likelihood is { } likelihood)
        {
            yield return ("cost", LikelihoodTable.Sentence(likelihood.All));
        }

        if (loss.Tokens is { } tokens)
        {
            yield return (
                "same token",
                $"{Percent(tokens.Share)} of {tokens.Positions} ({tokens.Disagreements} flips, the widest over a margin of "
                    + $"{tokens.WidestMargin:0.####}){(loss.Likelihood is null ? "" : $". {LikelihoodTable.AboutFlips}")}"
            );
        }

        if (loss.LostMargin is { } margin)
        {
            yield return (
                "lost margin",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{margin:0.#####} logits per position: the reference's margin for its own token, where the tokens differ"
                )
            );
        }

        if (loss.TopFive is { } topFive)
        {
            yield return ("top 5 shared", Percent(topFive));
        }

        if (loss.Divergence is { } divergence)
        {
            yield return ("KL divergence", $"{divergence:0.#####} nats");
        }

        if (loss.OtherLengths > 0)
        {
            yield return (
                "lengths",
                $"{loss.OtherLengths} of {loss.Samples} outputs are longer or shorter than in floating point, because computed numbers "
                    + "decide the length; compared as far as both reach"
            );
        }

        if (loss.SignalToNoise is { } decibels)
        {
            yield return ("output SQNR", Decibels(decibels));
        }

        if (loss.Similarity?.Cosine is { } cosine)
        {
            yield return ("cosine", cosine.ToString("0.######", CultureInfo.InvariantCulture));
        }

        if (loss.Similarity?.PeakSignalToNoise is { } peak)
        {
            yield return ("PSNR", Decibels(peak));
        }

        if (loss.Similarity?.ScaleInvariantDistortion is { } distortion)
        {
            yield return ("SI-SDR", Decibels(distortion));
        }

        if (loss.Similarity?.MeanError is { } error)
        {
            yield return ("mean error", $"{Percent(error)} of the reference's range");
        }
    }

    private static IEnumerable<(string, string)> Facts(QuantizationJudgement judgement)
    {
        foreach ((string, string) fact in Facts(judgement.Loss))
        {
            yield return fact;
        }

        yield return (
            "size",
            $"{Bytes(judgement.BytesBefore)} to {Bytes(judgement.BytesAfter)} "
                + $"({Percent((double)judgement.BytesAfter / judgement.BytesBefore)})"
        );
        yield return (
            "time",
            $"{judgement.Speed.ReferenceMilliseconds:0.##} to {judgement.Speed.CandidateMilliseconds:0.##} ms, median of turns; "
                + judgement.Speed.Describe()
                + (judgement.Speed.Spread > 0.15 ? $"; noisy: the ratio spreads over {Percent(judgement.Speed.Spread)}" : "")
        );
    }

    private static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    private static string NotSmoothed(SmoothingReport smoothing) =>
        string.Concat(smoothing.Left.Take(ShownNodes).Select(left => $"; not {left.Activation}: {left.Reason}"));

    private static string Percent(double share) => share.ToString("0.##%", CultureInfo.InvariantCulture);

    private static string Decibels(double value) =>
        double.IsPositiveInfinity(value) ? "exact" : value.ToString("0.0 dB", CultureInfo.InvariantCulture);
}
