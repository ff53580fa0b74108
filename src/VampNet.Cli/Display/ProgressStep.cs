namespace VampNet.Cli;

/// <summary>Where a long command is.</summary>
/// <param name="Name">What is being done, such as <c>writing coarse.onnx</c>.</param>
/// <param name="Fraction">How much of the whole command is done, 0 to 1.</param>
internal readonly record struct ProgressStep(string Name, double Fraction);
