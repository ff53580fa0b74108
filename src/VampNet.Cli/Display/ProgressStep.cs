namespace VampNet.Cli;

/// <summary>A step of a long command.</summary>
/// <param name="Name">What is being done, such as <c>coarse.onnx</c>.</param>
/// <param name="Fraction">How much of it is done, 0 to 1.</param>
internal readonly record struct ProgressStep(string Name, double Fraction);
