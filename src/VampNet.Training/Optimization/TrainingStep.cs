using TorchSharp;
using VampNet.Training.Modules;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>Optimizer steps of a model: gradients of one batch or several, clipped, then AdamW at the rate of the schedule.</summary>
/// <param name="model">The model, in training mode.</param>
/// <param name="schedule">The learning rate by step.</param>
/// <param name="weightDecay">AdamW's weight decay.</param>
/// <param name="clipNorm">The largest norm of all gradients together.</param>
/// <param name="labelSmoothing">The share of each target's probability that is spread over the vocabulary.</param>
/// <param name="teacher">A model whose predictions are trained on in addition to the tokens; null for none.</param>
/// <param name="recompute">Whether activations are computed again for the gradients instead of kept: less memory, more time, the same
/// gradients.</param>
internal sealed class TrainingStep(
    TrainableTransformer model,
    NoamSchedule schedule,
    double weightDecay,
    double clipNorm,
    double labelSmoothing,
    Distillation? teacher = null,
    bool recompute = false
) : IDisposable
{
    // Gradients of float16 below 6e-8 would be lost: the loss is scaled up for them. A power of two changes no mantissa.
    private const double HalfScale = 4096;

    private readonly IReadOnlyList<TrainedParameter> _trained = model.Trained;
    private readonly double _scale = model.Type == ScalarType.Float16 ? HalfScale : 1;
    private double _loss;

    /// <summary>The optimizer, whose state belongs to the run.</summary>
    public AdamW Optimizer { get; } = new(model.Trained, weightDecay);

    /// <summary>The parameters that are trained.</summary>
    public IReadOnlyList<TrainedParameter> Trained => _trained;

    /// <summary>Adds the gradients of a batch.</summary>
    /// <param name="codes">int64 [B, C, T].</param>
    /// <param name="mask">bool [B, C, T]; true is masked.</param>
    /// <param name="share">Weight of the batch in this step: one over the number of batches.</param>
    /// <param name="seed">Decides what dropout drops.</param>
    public void Accumulate(Tensor codes, Tensor mask, double share = 1, ulong seed = 0)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = MaskedLoss.Hide(codes, mask, model.Configuration.MaskToken);
        Tensor? taught = teacher?.Predict(hidden);
        if (recompute)
        {
            _loss += RecomputedGradients.Backward(model, hidden, logits => Scaled(LossOf(logits)), seed) / _scale;
        }
        else
        {
            Tensor loss = LossOf(model.ForwardSeeded(hidden, seed));
            Scaled(loss).backward();
            _loss += loss.ToDouble();
        }

        Tensor LossOf(Tensor logits)
        {
            Tensor tokens = MaskedLoss.CrossEntropy(logits, codes, mask, labelSmoothing);
            return (taught is null ? tokens : teacher!.Mix(tokens, logits, taught, mask)) * share;
        }
    }

    /// <summary>Takes the step, unless the loss or a gradient is not finite, and resets the gradients.</summary>
    public StepResult Update()
    {
        using DisposeScope scope = NewDisposeScope();
        double rate = schedule.Rate(Optimizer.Steps + 1);
        Unscale();
        var result = new StepResult(_loss, GradientNorm.Clip(_trained, clipNorm), rate);
        if (result.IsFinite)
        {
            Optimizer.Step(rate);
        }

        _loss = 0;
        foreach (TrainedParameter parameter in _trained)
        {
            parameter.Tensor.grad?.zero_();
        }

        return result;
    }

    private Tensor Scaled(Tensor loss) => _scale == 1 ? loss : loss * _scale;

    private void Unscale()
    {
        if (_scale == 1)
        {
            return;
        }

        using IDisposable noGradients = no_grad();
        foreach (TrainedParameter parameter in _trained)
        {
            parameter.Tensor.grad?.mul_(1 / _scale);
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        teacher?.Dispose();
    }
}

/// <summary>The result of one optimizer step.</summary>
/// <param name="Loss">The mean cross entropy in nats, label smoothing included.</param>
/// <param name="GradientNorm">The norm of all gradients together, before clipping.</param>
/// <param name="LearningRate">The rate used.</param>
internal sealed record StepResult(double Loss, double GradientNorm, double LearningRate)
{
    /// <summary>Whether the loss and all gradients are finite.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientNorm);
}
