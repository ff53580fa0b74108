namespace VampNet.Onnx.ShapeInference;

/// <summary>
/// Gives every value of a model the type, rank and axis lengths that follow from the inputs' types, the constants and the operators'
/// specifications. Lengths that depend on the inputs are expressions in the inputs' letters; lengths that depend on data are unknown.
/// </summary>
/// <remarks>
/// Requires: a model as read; nodes in any state. Ensures: <see cref="Value.Type"/> is set wherever something is known. Where the graph
/// contradicts a declared type the graph wins, and the contradiction is reported. The model computes the same numbers as before.
/// </remarks>
public static class ShapeInferencePass
{
    /// <summary>Infers the types of the main graph and of the subgraphs within it; functions are followed at each call.</summary>
    /// <returns>The findings. Invalid data becomes a diagnostic at its node, and inference continues after it.</returns>
    public static ShapeInferenceResult Run(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var engine = new InferenceEngine(model);
        return engine.Run();
    }
}
