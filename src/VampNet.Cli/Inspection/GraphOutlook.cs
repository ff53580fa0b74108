using System.Collections.Immutable;
using VampNet.Inference;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inspection;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Inspection;

/// <summary>Preview of what the commands can do with a graph.</summary>
/// <param name="Inputs">The generated input for each input, with the letters of its axes; or the reason why none can be generated.</param>
/// <param name="Preparation">The changes that quantize would make first.</param>
/// <param name="Schemes">Weights that each scheme would quantize, and the reasons against the rest; empty for a graph that cannot be
/// prepared.</param>
internal sealed record GraphOutlook(
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Preparation,
    ImmutableArray<SchemeOutlook> Schemes
)
{
    private const int ShownWeights = 5;

    /// <summary>The largest weights of the prepared graph, the largest first; empty for a graph that cannot be prepared.</summary>
    public ImmutableArray<InitializerInspection> Largest { get; init; } = [];

    /// <summary>Looks at a graph, which is prepared in place as quantize would do.</summary>
    public static GraphOutlook Of(Model model)
    {
        ImmutableArray<string> inputs;
        try
        {
            inputs = [.. SampleMaker.For(model, ExportedInputs.ProfileOf(model)).Plans.Select(plan => plan.ToString())];
        }
        catch (InferenceException error)
        {
            inputs = [error.Message.Split('\n')[0]];
        }

        try
        {
            ImmutableArray<string> preparation = ModelPreparation.Prepare(model);
            ImmutableArray<SchemeOutlook> schemes = SchemeOutlook.Of(model);
            // Constants of nodes, of branches too, are initializers by now.
            IEnumerable<Value> weights = model
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Initializers)
                .Where(value => value.Constant is not null)
                .OrderByDescending(value => value.Constant!.ByteLength)
                .Take(ShownWeights);
            return new GraphOutlook(inputs, preparation, schemes) { Largest = [.. weights.Select(Describe)] };
        }
        catch (OnnxException error)
        {
            return new GraphOutlook(inputs, [error.Message.Split('\n')[0]], []);
        }
    }

    private static InitializerInspection Describe(Value value)
    {
        TensorData data = value.Constant!;
        return new InitializerInspection(value.Name, data.ElementType.OnnxName, data.Shape, data.ElementCount, data.ByteLength);
    }
}
