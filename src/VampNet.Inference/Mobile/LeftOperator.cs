namespace VampNet.Inference.Mobile;

/// <summary>Nodes that a provider does not take.</summary>
/// <param name="Operator">The operator, with its domain where that is not the standard.</param>
/// <param name="Count">How many nodes.</param>
/// <param name="Reason">Why.</param>
public sealed record LeftOperator(string Operator, int Count, string Reason);
