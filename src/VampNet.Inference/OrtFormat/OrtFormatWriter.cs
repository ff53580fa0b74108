using Microsoft.ML.OnnxRuntime;
using VampNet.Files;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;

namespace VampNet.Inference.OrtFormat;

/// <summary>
/// Writes graphs in ONNX Runtime's own format, which builds of ONNX Runtime for small devices read. The runtime rewrites the graph first,
/// with the rules that hold on every processor (its basic level) and no others.
/// </summary>
public static class OrtFormatWriter
{
    /// <summary>The extension of the graph.</summary>
    public const string Extension = ".ort";

    /// <summary>Suffix of the file with the list of operators.</summary>
    public const string OperatorsExtension = ".required_operators.config";

    // The format is one flatbuffer, whose offsets are signed 32-bit numbers; the graph itself takes some of it.
    private const long MostBytes = int.MaxValue - (16L << 20);

    private const int EnoughTrials = 3;

    /// <summary>Writes a graph, and the list of its operators beside it, and reads it again.</summary>
    /// <param name="graph">An ONNX graph.</param>
    /// <param name="output">The .ort file to write; the caller moves it to its final place.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load the graph. VNI0501: it is too large for the format.
    /// VNI0502: the file that was written gives other results.</exception>
    public static OrtFormatFiles Write(string graph, string output, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(graph);
        ArgumentException.ThrowIfNullOrEmpty(output);
        RequireSize(graph);
        using TemporaryFolder scratch = new();
        string optimized = scratch.At("optimized.onnx");
        Save(graph, optimized, "ONNX");
        string operators = output + OperatorsExtension;
        // Weights that the rewriting left alone stay where the graph keeps them.
        using (Model model = ModelReader.Read(File.ReadAllBytes(optimized), Path.GetDirectoryName(Path.GetFullPath(graph))))
        {
            File.WriteAllText(operators, RequiredOperators.Describe(model));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Save(graph, output, "ORT");
        return new OrtFormatFiles(output, operators, Compare(graph, output, cancellationToken));
    }

    /// <summary>Refuses a graph whose weights the format cannot hold.</summary>
    /// <exception cref="InferenceException">VNI0501.</exception>
    internal static void RequireSize(string graph)
    {
        using Model model = ModelReader.Read(graph);
        long bytes = model.Files.Distinct().Sum(file => new FileInfo(file).Length);
        if (bytes > MostBytes)
        {
            throw new InferenceException(
                InferenceErrorIds.TooLargeForOrt,
                found: $"{bytes} bytes of graph and weights in {graph}",
                expected: $"at most {MostBytes}: ONNX Runtime's own format is one flatbuffer, which cannot be larger than 2 GB",
                advice: "Quantize the graph first, or use its ONNX file"
            );
        }
    }

    private static void Save(string graph, string output, string format)
    {
        using var session = new GraphSession(
            graph,
            options =>
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
                options.OptimizedModelFilePath = output;
                options.AddSessionConfigEntry("session.save_model_format", format);
            }
        );
    }

    private static List<string> Compare(string graph, string written, CancellationToken cancellationToken)
    {
        using Model contract = ModelReader.Read(graph);
        using var reference = new GraphSession(graph, UseBasicLevel);
        using var judged = new GraphSession(written, UseBasicLevel);
        List<string> trials = [];
        foreach (IEnumerable<ModelSample> group in SampleMaker.Trials(contract, VerificationPlan.Default.Seed, []))
        {
            foreach (ModelSample trial in group)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryRun(reference, trial) is { } expected)
                {
                    RequireEqual(written, trial.Name, expected, judged.Run(trial, judged.OutputNames, (outputs, _) => Read(outputs)));
                    trials.Add(trial.Name);
                    break;
                }
            }

            if (trials.Count == EnoughTrials)
            {
                break;
            }
        }

        return trials;
    }

    private static void UseBasicLevel(SessionOptions options)
    {
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
        // A trial may have a size that the graph does not take; ONNX Runtime's error is then not printed.
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
    }

    private static byte[][]? TryRun(GraphSession session, ModelSample trial)
    {
        try
        {
            return session.Run(trial, session.OutputNames, (outputs, _) => Read(outputs));
        }
        catch (InferenceException refusal) when (refusal.InnerException is OnnxRuntimeException)
        {
            return null;
        }
    }

    private static byte[][] Read(IReadOnlyList<OrtValue> outputs) =>
        [.. outputs.Select(output => output.GetTensorDataAsSpan<byte>().ToArray())];

    /// <summary>Refuses outputs that differ in any byte.</summary>
    /// <exception cref="InferenceException">VNI0502.</exception>
    internal static void RequireEqual(string written, string trial, byte[][] expected, byte[][] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].AsSpan().SequenceEqual(actual[i]))
            {
                throw new InferenceException(
                    InferenceErrorIds.OrtDiffers,
                    found: $"that {written} gives another output {i} than the ONNX graph on {trial}",
                    expected: "equal bytes",
                    advice: "This is a fault of ONNX Runtime's format for this graph: use its ONNX file, and report it"
                );
            }
        }
    }
}

/// <summary>A graph in ONNX Runtime's own format.</summary>
/// <param name="Graph">The .ort file: graph and weights.</param>
/// <param name="Operators">The list of operators that it needs, for a build of ONNX Runtime with these alone.</param>
/// <param name="Trials">The inputs on which it was compared with the ONNX graph, bit for bit.</param>
public sealed record OrtFormatFiles(string Graph, string Operators, IReadOnlyList<string> Trials);
