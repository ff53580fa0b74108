namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Removes the declared types that inference can find.</summary>
internal static class DeclaredTypes
{
    /// <summary>Leaves the types of the main graph's inputs and of the constants, and removes all others, those within subgraphs
    /// too.</summary>
    public static void Remove(Model model)
    {
        foreach (Graph graph in model.AllGraphs())
        {
            foreach (Value? value in graph.Values().Where(value => value.Constant is null && !model.Graph.Inputs.Contains(value)))
            {
                value.Type = null;
            }
        }
    }
}
