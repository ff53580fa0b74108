using TorchSharp;
using VampNet.Checkpoints;
using VampNet.Training.Modules;
using static TorchSharp.torch;

namespace VampNet.Training.Optimization;

/// <summary>
/// AdamW with betas 0.9 and 0.999, in the order of operations of PyTorch 1.13's <c>_single_tensor_adamw</c>. Its state can be written and
/// read, so that a resumed run continues bit for bit.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double FirstDecay = 0.9,
        SecondDecay = 0.999,
        Epsilon = 1e-8;
    private const string FirstMoment = "exp_avg.",
        SecondMoment = "exp_avg_sq.";

    private readonly double _weightDecay;
    private readonly Slot[] _slots;

    /// <summary>Creates an optimizer with empty state.</summary>
    /// <param name="parameters">The parameters that it may change.</param>
    /// <param name="weightDecay">The share of each weight, times the learning rate, that a step takes away.</param>
    public AdamW(IReadOnlyList<TrainedParameter> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _slots = [.. parameters.Select(parameter => new Slot(parameter, Zeros(parameter), Zeros(parameter)))];
    }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Takes a step along the gradients, which stay. Parameters without a gradient stay as they are.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        Steps++;
        using IDisposable noGradients = no_grad();
        double first = 1 - Math.Pow(FirstDecay, Steps),
            second = Math.Sqrt(1 - Math.Pow(SecondDecay, Steps));
        foreach (Slot slot in _slots)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor weight = slot.Parameter.Tensor;
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            weight.mul_(1 - (rate * _weightDecay));
            slot.First.mul_(FirstDecay).add_(gradient, 1 - FirstDecay);
            slot.Second.mul_(SecondDecay).addcmul_(gradient, gradient, 1 - SecondDecay);
            Tensor denominator = slot.Second.sqrt().div_(second).add_(Epsilon);
            weight.addcdiv_(slot.First, denominator, -(rate / first));
        }
    }

    /// <summary>The moments, to be written.</summary>
    public IEnumerable<TensorEntry> Entries() =>
        _slots.SelectMany(slot =>
            new[]
            {
                TrainedParameter.Entry(FirstMoment + slot.Parameter.Name, [.. slot.First.shape], slot.First),
                TrainedParameter.Entry(SecondMoment + slot.Parameter.Name, [.. slot.Second.shape], slot.Second),
            }
        );

    /// <summary>Takes over the moments that <see cref="Entries"/> wrote, and the number of steps.</summary>
    public void Restore(IReadOnlyDictionary<string, CheckpointTensor> tensors, long steps)
    {
        Steps = steps;
        foreach (Slot slot in _slots)
        {
            Restore(slot.First, tensors[FirstMoment + slot.Parameter.Name]);
            Restore(slot.Second, tensors[SecondMoment + slot.Parameter.Name]);
        }
    }

    public void Dispose()
    {
        foreach (Slot slot in _slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
    }

    private static Tensor Zeros(TrainedParameter parameter) => zeros_like(parameter.Tensor).DetachFromDisposeScope();

    private static void Restore(Tensor moment, CheckpointTensor source)
    {
        using Tensor here = empty(moment.shape);
        TrainedParameter.Fill(here, source);
        moment.copy_(here);
    }

    private sealed record Slot(TrainedParameter Parameter, Tensor First, Tensor Second);
}
