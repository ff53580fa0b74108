using System.Globalization;

namespace VampNet.Quantization;

/// <summary>The stages of a quantization. Which of them occur depends on the scheme and on whether there is a goal.</summary>
public enum QuantizationStage
{
    /// <summary>Runs the calibration set, to measure the ranges or moments of activations.</summary>
    Calibrating,

    /// <summary>Measures which scheme is fastest for each kind of operator (<see cref="QuantizationScheme.Auto"/>).</summary>
    Measuring,

    /// <summary>Begins the search for a <see cref="QuantizationRequest.Goal"/>.</summary>
    Searching,

    /// <summary>Measures what each node costs when it alone is quantized; counts nodes.</summary>
    Ranking,

    /// <summary>Measures a candidate in which some nodes stay in floating point; counts these nodes.</summary>
    Trying,

    /// <summary>Quantizes the weights and writes the result.</summary>
    Writing,

    /// <summary>Compares the result with the original, and times both.</summary>
    Judging,
}

/// <summary>The progress of a quantization.</summary>
/// <param name="Stage">Stage of the work.</param>
/// <param name="Done">The nodes counted by <paramref name="Stage"/>; 0 for a stage that counts none.</param>
/// <param name="Total">Number of nodes in all; 0 for a stage that counts none.</param>
/// <param name="Remaining">The estimated time left in this stage; null where there is no estimate.</param>
public readonly record struct QuantizationProgress(QuantizationStage Stage, int Done = 0, int Total = 0, TimeSpan? Remaining = null)
{
    /// <summary>The progress in words, such as <c>ranking node 3 of 40, 12 s left</c>.</summary>
    public override string ToString() =>
        Stage switch
        {
            QuantizationStage.Ranking => string.Create(
                CultureInfo.InvariantCulture,
                $"ranking node {Done + 1} of {Total}{(Remaining is { } left ? $", {Math.Ceiling(left.TotalSeconds):0} s left" : "")}"
            ),
            QuantizationStage.Trying => string.Create(CultureInfo.InvariantCulture, $"trying {Done} of {Total} nodes in floating point"),
            _ => Stage.ToString().ToLowerInvariant(),
        };
}
