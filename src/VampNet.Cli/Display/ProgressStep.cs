namespace VampNet.Cli.Display;

/// <summary>The progress of a long command.</summary>
/// <param name="Name">The step, such as <c>writing coarse.onnx</c>; written as a line when the output is not a terminal.</param>
/// <param name="Fraction">The finished share, 0 to 1.</param>
internal readonly record struct ProgressStep(string Name, double Fraction)
{
    /// <summary>The bar that moves. Commands with several long stages have one for each.</summary>
    public string Bar { get; init; } = "";

    /// <summary>Text that changes too often for lines; shown beside the bar.</summary>
    public string Detail { get; init; } = "";
}
