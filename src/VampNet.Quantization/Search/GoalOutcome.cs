using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Quantization.Search;

/// <summary>The outcome of the search for a quality goal.</summary>
/// <param name="Goal">The goal as text.</param>
/// <param name="Chosen">The step whose model is written: the first that meets the goal, or else the best.</param>
/// <param name="Steps">Every model tried, in the order of trying.</param>
/// <param name="Nodes">Each quantized node's cost, largest per byte first; empty when the goal holds without sparing any.</param>
public sealed record GoalOutcome(string Goal, GoalStep Chosen, ImmutableArray<GoalStep> Steps, ImmutableArray<NodeSensitivity> Nodes)
{
    /// <summary>Whether the written model meets the goal.</summary>
    public bool Met => Chosen.Met;

    /// <summary>The steps in one line, as the model's metadata keeps them: nodes in floating point, a colon, the metric.</summary>
    public string DescribeSteps() =>
        string.Join(' ', Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Spared}:{step.Value:0.######}")));

    /// <summary>One line of text for output and for the model's metadata.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Goal} {(Met ? "met" : "missed")} at {Chosen.Value:0.######} with {Chosen.Spared} nodes in floating point"
        );
}

/// <summary>One candidate of the search for a quality goal.</summary>
/// <param name="Spared">Number of the costliest nodes that stay in floating point.</param>
/// <param name="Bytes">Additional bytes compared with their quantized form.</param>
/// <param name="Value">The metric over all judged samples.</param>
/// <param name="Met">Whether it meets the goal.</param>
public sealed record GoalStep(int Spared, long Bytes, double Value, bool Met);
