using VampNet.Onnx;

namespace VampNet.Quantization.Calibration;

/// <summary>A copy of a graph that gives what some of its nodes produce as outputs too.</summary>
internal static class ObservedGraph
{
    /// <summary>Writes the copy.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="observed">The copy's file.</param>
    /// <param name="values">Names of float32 values; those that the main graph does not produce are passed over.</param>
    public static void Write(string path, string observed, IReadOnlyCollection<string> values)
    {
        using Model model = ModelReader.Read(path);
        foreach (
            Value value in model
                .Graph.Nodes.SelectMany(node => node.Outputs)
                .Where(value => values.Contains(value.Name) && !value.IsGraphOutput)
        )
        {
            value.Type ??= new TensorType(ElementType.Float, null);
            model.Graph.AddOutput(value);
        }

        ModelWriter.Write(model, observed, new ExternalDataOptions());
    }
}
