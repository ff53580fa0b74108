using System.CommandLine;
using System.Globalization;
using VampNet.Files;
using VampNet.Inference;
using VampNet.Inference.Budgets;
using VampNet.Inference.Machine;
using VampNet.Inference.Rewriting;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;
using VampNet.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Reporting;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Inputs;

namespace VampNet.Benchmarks;

/// <summary>Writes docs/foreign.md: results of optimize and quantize on graphs from other exporters.</summary>
internal static class ForeignGraphTable
{
    private const int JudgedSamples = 3;

    /// <summary>The subcommand.</summary>
    public static Command Command()
    {
        Argument<DirectoryInfo[]> folders = new("folders") { Description = "Folders of .onnx files.", Arity = ArgumentArity.OneOrMore };
        Option<FileInfo> output = new("--out") { Description = "The page to write.", Required = true };
        Command command = new("foreign", "Optimizes, times and quantizes every graph of some folders, and writes the table as a page.")
        {
            folders,
            output,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                string[] files =
                [
                    .. arguments
                        .GetRequiredValue(folders)
                        .SelectMany(folder => Directory.EnumerateFiles(folder.FullName, "*.onnx", SearchOption.AllDirectories))
                        .Order(StringComparer.Ordinal),
                ];
                List<string> rows = [];
                foreach (string file in files)
                {
                    Console.Error.WriteLine(file);
                    rows.Add(Row(file, cancellationToken));
                }

                string page = Page(arguments.GetRequiredValue(folders), rows);
                WholeFile.Write(
                    arguments.GetRequiredValue(output).FullName,
                    stream =>
                    {
                        using StreamWriter writer = new(stream, leaveOpen: true);
                        writer.Write(page);
                    }
                );
                return Task.FromResult(0);
            }
        );
        return command;
    }

    // Relative within the repository, absolute outside it.
    private static string Shown(DirectoryInfo folder)
    {
        string relative = Path.GetRelativePath(".", folder.FullName);
        return relative.StartsWith("..", StringComparison.Ordinal) ? folder.FullName : relative;
    }

    private static string Page(DirectoryInfo[] folders, List<string> rows) =>
        $"""
            # Graphs from other exporters

            Results of `vampnet optimize --target onnxruntime` and `vampnet quantize` on collected graphs, on generated inputs, one thread,
            {ProcessorProbe.Name()} ({string.Join(
                ", ",
                ProcessorProbe.Features()
            )}). *Faster* is the median over turns of the original's time over the new one's, both in ONNX Runtime with all its own
            optimizations; times below 0.1 ms are unreliable. Loss is measured against the original: same token (top1) for logits, cosine
            for embeddings, PSNR for images, SI-SDR for audio, else SQNR. Static ranges are measured on seeded inputs and judged on seeded
            inputs of another kind, because there are no recordings for these graphs: real calibration data loses less.
            Graphs of pytorch-operator and pytorch-converted are ONNX's own test data, as Debian's package libonnx-testdata holds them.

            This page is written by:

            ```sh
            dotnet run -c Release --project tools/VampNet.Benchmarks -- foreign {string.Join(
                ' ',
                folders.Select(Shown)
            )} --out docs/foreign.md
            ```

            | graph | opset | nodes | after optimize | check | faster | scheme | size | faster | loss |
            |---|---:|---:|---:|---|---:|---|---:|---:|---|
            {string.Join('\n', rows)}

            """;

    /// <summary>The folder and the file; of ONNX's own test models, which are all named model.onnx, the two folders above.</summary>
    private static string NameOf(string file)
    {
        string named = Path.GetFileName(file) == "model.onnx" ? Path.GetDirectoryName(file)! : file;
        return $"{Path.GetFileName(Path.GetDirectoryName(named))}/{Path.GetFileName(named)}";
    }

    private static string Row(string file, CancellationToken cancellationToken)
    {
        using TemporaryFolder folder = new();
        string optimized = folder.At("optimized.onnx"),
            quantized = folder.At("quantized.onnx");
        string name = NameOf(file);
        using Model model = ModelReader.Read(file);
        int opset = model.Opset;
        (string nodes, string check, string faster) = Optimize(file, optimized, model, cancellationToken);
        (string scheme, string size, string gain, string loss) = Quantize(file, quantized, cancellationToken);
        return $"| {name} | {opset} | {nodes} | {check} | {faster} | {scheme} | {size} | {gain} | {loss} |";
    }

    private static (string Nodes, string Check, string Faster) Optimize(
        string file,
        string optimized,
        Model model,
        CancellationToken cancellationToken
    )
    {
        try
        {
            OptimizationReport report = ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
            ModelWriter.Write(model, optimized);
            RewriteVerdict verdict = RewriteCheck.Judge(
                file,
                optimized,
                model,
                report.Rewrites.Effect,
                VerificationPlan.Default,
                cancellationToken
            );
            string check = verdict.Passed
                ? verdict.Repairs is null
                    ? "equal"
                    : "equal to the repaired original"
                : verdict.IsDecided
                    ? "DIFFERS"
                    : $"undecided: {verdict.Obstacle?.Split(". ")[0]}";
            return (
                string.Create(CultureInfo.InvariantCulture, $"{report.Rewrites.NodesBefore} | {report.Rewrites.NodesAfter}"),
                check,
                verdict.Passed && verdict.Repairs is null ? Faster(file, optimized, cancellationToken) : "-"
            );
        }
        catch (OnnxException error)
        {
            return ("- | -", First(error.Message, file), "-");
        }
    }

    private static string Faster(string file, string other, CancellationToken cancellationToken)
    {
        try
        {
            FileBenchmarkReport report = FileBenchmark.Run(
                file,
                other,
                ExportedInputs.ProfileOf(file),
                [],
                new BenchmarkPlan { Threads = 1, SecondsPerLength = 2 },
                cancellationToken: cancellationToken
            );
            return Times(report.Ratios[^1].Speed);
        }
        catch (Exception error) when (error is InferenceException or ReportingException)
        {
            return "-";
        }
    }

    // Convolutions gain from static, products from dynamic; what neither takes may have weights to store.
    private static (string Scheme, string Size, string Gain, string Loss) Quantize(
        string file,
        string quantized,
        CancellationToken cancellationToken
    )
    {
        using Model model = ModelReader.Read(file);
        QuantizationScheme[] schemes =
            WeightsOf(model, "Conv", "ConvTranspose") > WeightsOf(model, "MatMul", "Gemm")
                ? [QuantizationScheme.Static, QuantizationScheme.Dynamic]
                : [QuantizationScheme.Dynamic, QuantizationScheme.Static, QuantizationScheme.Float16];
        string reason = "";
        foreach (QuantizationScheme scheme in schemes)
        {
            try
            {
                QuantizationResult result = QuantizationRun.Run(
                    new QuantizationRequest(file, quantized)
                    {
                        Scheme = scheme,
                        Calibration = new CalibrationSource { AcceptsSeeds = true },
                        JudgedSamples = JudgedSamples,
                        Threads = 1,
                        Profile = ExportedInputs.ProfileOf(file),
                    },
                    cancellationToken: cancellationToken
                );
                QuantizationJudgement judgement = result.Judgement!;
                return (
                    scheme.ToString().ToLowerInvariant(),
                    $"{((double)judgement.BytesAfter / judgement.BytesBefore).ToString("0%", CultureInfo.InvariantCulture)}",
                    Times(judgement.Speed),
                    Loss(judgement.Loss)
                );
            }
            catch (Exception error) when (error is OnnxException or InferenceException or QuantizationException)
            {
                reason = reason.Length == 0 ? First(error.Message, file) : reason;
            }
        }

        return ("refused", "-", "-", reason);
    }

    private static long WeightsOf(Model model, params string[] operators) =>
        model
            .AllGraphs()
            .SelectMany(graph => graph.Nodes)
            .Where(node => operators.Contains(node.OpType))
            .SelectMany(node => node.Inputs)
            .Sum(input => input?.Constant?.ByteLength ?? 0);

    private static string Loss(QuantizationLoss loss) =>
        loss switch
        {
            { Kind: OutputKind.Logits, Tokens: { } tokens } => string.Create(
                CultureInfo.InvariantCulture,
                $"same token {tokens.Share:0.0%}, KL {loss.Divergence:0.####}"
            ),
            { Kind: OutputKind.Codes, Tokens: { } codes } => string.Create(CultureInfo.InvariantCulture, $"same code {codes.Share:0.0%}"),
            { Similarity.Cosine: { } cosine } => string.Create(CultureInfo.InvariantCulture, $"cosine {cosine:0.####}"),
            { Similarity.PeakSignalToNoise: { } peak } => string.Create(CultureInfo.InvariantCulture, $"PSNR {peak:0.0} dB"),
            { Similarity.ScaleInvariantDistortion: { } distortion } => string.Create(
                CultureInfo.InvariantCulture,
                $"SI-SDR {distortion:0.0} dB"
            ),
            _ => string.Create(CultureInfo.InvariantCulture, $"SQNR {loss.SignalToNoise:0.0} dB"),
        };

    private static string Times(SpeedRatio speed) =>
        string.Create(CultureInfo.InvariantCulture, $"{speed.Ratio:0.00}{(speed.Spread > TimedRuns.NoisySpread ? " (noisy)" : "")}");

    // Removes paths of this machine.
    private static string First(string message, string file) =>
        message.Split('\n')[0].Split(". ")[0].Replace(file, "it", StringComparison.Ordinal).Replace('|', '/').TrimEnd('.');
}
