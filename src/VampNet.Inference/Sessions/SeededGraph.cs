using VampNet.Files;
using VampNet.Onnx;

namespace VampNet.Inference.Sessions;

/// <summary>A copy of a graph whose random operators have a seed. Without one, ONNX Runtime draws other numbers in each session, and two
/// graphs of one model cannot be compared.</summary>
internal sealed class SeededGraph : IDisposable
{
    private const string SeedName = "seed";
    private const long Seed = 1;

    private const string Dropout = "Dropout";

    // The input that turns Dropout's random mask on.
    private const int TrainingMode = 2;

    private readonly TemporaryFolder _folder = new();

    private SeededGraph(Model model)
    {
        Path = _folder.At("seeded.onnx");
        ModelWriter.Write(model, Path, new ExternalDataOptions());
    }

    /// <summary>The copy's file.</summary>
    public string Path { get; }

    /// <summary>The copy of a graph; null if it draws no random numbers, or has seeds already. A file that is no graph has none: ONNX
    /// Runtime says why it does not load.</summary>
    public static SeededGraph? Of(string path)
    {
        try
        {
            using Model model = ModelReader.Read(path);
            Node[] random = [.. model.AllGraphs().SelectMany(graph => graph.Nodes).Where(IsUnseeded)];
            // One seed for all: rewriting may change the order and the names of the operators.
            foreach (Node node in random)
            {
                node.Attributes.Set(node.Is(Dropout) ? Onnx.Attribute.Of(SeedName, Seed) : Onnx.Attribute.Of(SeedName, (float)Seed));
            }

            return random.Length > 0 ? new SeededGraph(model) : null;
        }
        catch (Exception error) when (error is OnnxException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static bool IsUnseeded(Node node) =>
        node.Attributes[SeedName] is null
        && (
            node.Is("RandomNormal")
            || node.Is("RandomNormalLike")
            || node.Is("RandomUniform")
            || node.Is("RandomUniformLike")
            || node.Is("Multinomial")
            || node.Is("Bernoulli")
            || (node.Is(Dropout) && node.Input(TrainingMode) is not null)
        );
}
