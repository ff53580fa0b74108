using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Training.Data;

namespace VampNet.Training;

/// <summary>The result of a run.</summary>
/// <param name="Role">Model that was trained.</param>
/// <param name="End">Reason why it ended.</param>
/// <param name="Steps">Steps taken, resumed runs counted together.</param>
/// <param name="Elapsed">The time trained, resumed runs counted together.</param>
/// <param name="TrainedPieces">Pieces trained on.</param>
/// <param name="HeldOutPieces">Pieces held out.</param>
/// <param name="Before">The held-out loss before the first step, in nats by mask ratio; empty where nothing is held out.</param>
/// <param name="Best">The same of the best model.</param>
/// <param name="BestStep">The step of the best model.</param>
/// <param name="Skipped">Pieces in which no crop is loud enough.</param>
public sealed record TuningResult(
    ModelRole Role,
    TuningEnd End,
    long Steps,
    TimeSpan Elapsed,
    int TrainedPieces,
    int HeldOutPieces,
    ImmutableArray<double> Before,
    ImmutableArray<double> Best,
    long BestStep,
    ImmutableArray<SkippedRecording> Skipped
)
{
    /// <summary>The shares of tokens that are masked when the held-out loss is measured.</summary>
    public static ImmutableArray<double> MaskRatios { get; } = [0.25, 0.5, 0.75, 1];
}
