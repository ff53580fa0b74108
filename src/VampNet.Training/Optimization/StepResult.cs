namespace VampNet.Training.Optimization;

/// <summary>The result of one optimizer step.</summary>
/// <param name="Loss">The mean cross entropy in nats, label smoothing included.</param>
/// <param name="GradientNorm">The norm of all gradients together, before clipping.</param>
/// <param name="LearningRate">The rate used.</param>
internal sealed record StepResult(double Loss, double GradientNorm, double LearningRate)
{
    /// <summary>Whether the loss and all gradients are finite.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
}
