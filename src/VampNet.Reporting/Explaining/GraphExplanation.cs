using System.Collections.Immutable;
using VampNet.Inference;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inspection;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.ShapeInference;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Inputs;

namespace VampNet.Reporting.Explaining;

/// <summary>The parts of a graph, with their sizes and times.</summary>
/// <param name="File">The graph's file.</param>
/// <param name="Facts">The facts that <c>vampnet inspect</c> shows.</param>
/// <param name="Root">Its parts.</param>
/// <param name="Operators">The time by operator, as <c>vampnet bench</c> and the report measure it; empty where nothing was timed.</param>
/// <param name="Input">Input that the graph was timed on, or the reason why it was not timed.</param>
public sealed record GraphExplanation(
    FileInfo File,
    GraphInspection Facts,
    GraphPart Root,
    ImmutableArray<OperatorTime> Operators,
    string Input
)
{
    private const ulong Seed = 1;

    /// <summary>Reads a graph, and times it unless told otherwise.</summary>
    /// <param name="path">Any ONNX graph.</param>
    /// <param name="frames">Token frames to time a graph of this project's on; graphs of other tools get sizes of their own.</param>
    /// <param name="threads">Threads for one operator; 0 for one per core.</param>
    /// <param name="withTimes">Whether to run the graph.</param>
    /// <exception cref="OnnxException">The file is no ONNX model, or contradicts itself.</exception>
    public static GraphExplanation Make(string path, int frames, int threads, bool withTimes)
    {
        using Model model = ModelReader.Read(path);
        (OperatorProfile.Times times, string input) = withTimes
            ? Measure(path, model, frames, threads)
            : (OperatorProfile.Times.None, "not run");
        GraphInspection facts = GraphInspection.Of(model);
        // Types of values between nodes, which few files state.
        ShapeInferencePass.Run(model);
        return new GraphExplanation(new FileInfo(path), facts, GraphTree.Of(model, times.Nodes), times.Operators, input);
    }

    private static (OperatorProfile.Times Times, string Input) Measure(string path, Model model, int frames, int threads)
    {
        try
        {
            ModelSample sample = SampleOf(path, model, frames, threads);
            // Without the profiler first, which writes to the error stream where a graph does not load.
            using (GraphSession session = new(path, threads))
            {
                session.Run(sample, static (_, _) => { });
            }

            return (OperatorProfile.MeasureNodes(path, sample, threads), Describe(sample));
        }
        catch (InferenceException problem)
        {
            return (OperatorProfile.Times.None, $"not run: {problem.Message.Split('\n')[0]}");
        }
    }

    // At a size at which it runs, as vampnet bench finds it.
    private static ModelSample SampleOf(string path, Model model, int frames, int threads)
    {
        InputProfile profile = ExportedInputs.ProfileOf(model);
        SampleMaker maker = SampleMaker.For(model, profile);
        int wished = profile.JudgedFrames.IsEmpty ? ExtentDefaults.For(model) : checked(frames * maker.SamplesPerFrame);
        int extent = maker.HasOpenLengths ? RunnableExtent.Find(path, maker, wished, threads) ?? wished : 1;
        return maker.Seeded(Seed, 1, extent).Single();
    }

    private static string Describe(ModelSample sample) =>
        string.Join(", ", sample.Inputs.Select(input => $"{input.Name} [{string.Join(", ", input.Shape)}]"));
}
