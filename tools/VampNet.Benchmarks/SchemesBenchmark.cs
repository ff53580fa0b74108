using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using VampNet.Models;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Sound;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;

namespace VampNet.Benchmarks;

/// <summary>Every quantization scheme on one folder of models: what it costs in nats on held-out music, and what it gains in
/// time.</summary>
internal static class SchemesBenchmark
{
    private static readonly ImmutableArray<(string Name, Func<QuantizationRequest, QuantizationRequest> Apply)> Schemes =
    [
        ("`dynamic --per-tensor`", request => request with { Granularity = Onnx.Quantization.WeightGranularity.PerTensor }),
        ("`dynamic`", request => request),
        ("`dynamic --smooth-quant`", request => request with { SmoothQuant = true }),
        ("`dynamic --smooth-quant --gptq`", request => request with { SmoothQuant = true, Gptq = true }),
        ("`static`", request => request with { Scheme = QuantizationScheme.Static }),
        ("`weight-only-8`", request => request with { Scheme = QuantizationScheme.WeightOnly8 }),
        ("`weight-only-4`", request => request with { Scheme = QuantizationScheme.WeightOnly4 }),
        ("`float16`", request => request with { Scheme = QuantizationScheme.Float16 }),
    ];

    public static Command Command()
    {
        Option<DirectoryInfo> models = new("--models")
        {
            Required = true,
            HelpName = "DIR",
            Description = "A folder of exported graphs.",
        };
        Option<FileInfo> calibration = new("--calibration")
        {
            Required = true,
            HelpName = "FILE",
            Description = "A recording to measure ranges on.",
        };
        Option<DirectoryInfo> judged = new("--judge-on")
        {
            Required = true,
            HelpName = "DIR",
            Description = "Recordings to judge on.",
        };
        Command command = new("schemes", "Quantizes models by every scheme, and prints what each costs in nats and gains in time.")
        {
            models,
            calibration,
            judged,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                RunAsync(
                    new ModelFolder(arguments.GetRequiredValue(models).FullName),
                    arguments.GetRequiredValue(calibration).FullName,
                    new JudgedMusic { Paths = [arguments.GetRequiredValue(judged).FullName] },
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task RunAsync(ModelFolder folder, string calibration, JudgedMusic judged, CancellationToken cancellationToken)
    {
        string output = Directory.CreateTempSubdirectory("vampnet-schemes-").FullName;
        try
        {
            CalibrationSource source = new() { Paths = [calibration] };
            Console.WriteLine(
                "| graph | scheme | nats a token | standard error | KL, nats | same token | ms float32 | ms quantized | size |"
            );
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
            foreach (string graph in (string[])[ModelFiles.Coarse, ModelFiles.CoarseToFine])
            {
                foreach ((string name, Func<QuantizationRequest, QuantizationRequest> apply) in Schemes)
                {
                    QuantizationRequest request = new(folder.At(graph), Path.Combine(output, graph))
                    {
                        Profile = ExportedInputs.ProfileOf(folder.At(graph)),
                        Calibration = source,
                        JudgedOn = judged,
                    };
                    Print(graph, name, QuantizationRun.Run(apply(request), cancellationToken: cancellationToken).Judgement!);
                }
            }

            foreach (string graph in (string[])[ModelFiles.CodecEncoder, ModelFiles.CodecDecoder])
            {
                QuantizationRun.Quantize(
                    new QuantizationRequest(folder.At(graph), Path.Combine(output, graph))
                    {
                        Scheme = QuantizationScheme.Static,
                        EmbeddingTables = true,
                        Profile = ExportedInputs.ProfileOf(folder.At(graph)),
                        Calibration = source,
                    },
                    cancellationToken: cancellationToken
                );
            }

            Print(
                await RoundTripCheck
                    .MeasureAsync(folder, [new ModelFolder(output)], judged, threads: 0, cancellationToken)
                    .ConfigureAwait(false)
            );
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static void Print(string graph, string scheme, QuantizationJudgement judgement)
    {
        TokenLikelihood nats = judgement.Loss.Likelihood!.All;
        SpeedRatio speed = judgement.Speed;
        string[] cells =
        [
            graph,
            scheme,
            LikelihoodTable.Signed(nats.Difference),
            Show(nats.StandardError ?? double.NaN, "0.0000"),
            Show(nats.Divergence, "0.00000"),
            Show(nats.SameToken, "0.0%"),
            Show(speed.ReferenceMilliseconds, "0.0"),
            Show(speed.CandidateMilliseconds, "0.0"),
            Show((double)judgement.BytesAfter / judgement.BytesBefore, "0.0%"),
        ];
        Console.WriteLine($"| {string.Join(" | ", cells)} |");
    }

    private static void Print(ImmutableArray<RoundTripLoss> trips)
    {
        Console.WriteLine();
        Console.WriteLine("| codec | recording | codes equal | SI-SDR from the original | log-mel | SI-SDR from float32 | log-mel |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|");
        foreach (RoundTripLoss trip in trips)
        {
            string name = trip.FromFloat32 is null ? "float32" : "`static --embedding-tables`";
            string equal = trip.EqualCodes?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "-";
            Console.WriteLine($"| {name} | {trip.Recording} | {equal} | {Show(trip.FromOriginal)} | {Show(trip.FromFloat32)} |");
        }
    }

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Show(AudioLoss? loss) =>
        loss is null
            ? "- | -"
            : string.Create(CultureInfo.InvariantCulture, $"{loss.ScaleInvariantSdr:0.0} dB | {loss.MultiResolution:0.00} dB");
}
