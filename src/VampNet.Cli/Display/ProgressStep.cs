namespace VampNet.Cli.Display;

/// <summary>The progress of a long command.</summary>
/// <param name="Name">What is being done, such as <c>writing coarse.onnx</c>; a line of its own when nobody watches.</param>
/// <param name="Fraction">How much of the bar is done, 0 to 1.</param>
internal readonly record struct ProgressStep(string Name, double Fraction)
{
    /// <summary>Which bar moves. Commands of several long stages have one for each.</summary>
    public string Bar { get; init; } = "";

    /// <summary>What changes too often for a line of its own; shown beside the bar.</summary>
    public string Detail { get; init; } = "";
}
