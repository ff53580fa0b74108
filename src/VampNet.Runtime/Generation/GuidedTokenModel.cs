using System.Numerics.Tensors;

namespace VampNet.Runtime.Generation;

/// <summary>
/// A model under fixed control signals, for <see cref="TokenGenerator"/>. With a scale it applies classifier-free guidance: each piece is
/// computed with its signals and without them, and the logits are u + scale * (c - u), c with and u without. Not thread-safe.
/// </summary>
/// <remarks>Source: upstream <c>generate</c> of models with <c>ctrl_dims</c>, <c>cfg_scale</c>.</remarks>
public sealed class GuidedTokenModel : ITokenModel
{
    private readonly IControlledTokenModel _model;
    private readonly IReadOnlyDictionary<string, ControlSignal> _controls;
    private readonly float? _scale;

    /// <summary>Fixes the signals of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="controls">Signals by name, each for a single piece: [1,dim,T] and [1,T]. All pieces of a batch get the same.</param>
    /// <param name="scale">Guidance scale: 1 as the model was trained, above 1 for a stronger effect; null computes only the rows with
    /// signals, at half the cost.</param>
    /// <exception cref="ArgumentException">The model has no signal of that name, or a signal's values and mask differ in
    /// length.</exception>
    public GuidedTokenModel(IControlledTokenModel model, IReadOnlyDictionary<string, ControlSignal> controls, float? scale = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(controls);
        foreach ((string name, ControlSignal signal) in controls)
        {
            if (!model.ControlDims.TryGetValue(name, out int width))
            {
                string known = model.ControlDims.IsEmpty ? "no control signals" : string.Join(", ", model.ControlDims.Keys);
                throw new ArgumentException($"Found the control signal '{name}'. The model has {known}.", nameof(controls));
            }

            if (signal.Values.Length != width * signal.Mask.Length)
            {
                throw new ArgumentException(
                    $"Found {signal.Values.Length} values of '{name}' for {signal.Mask.Length} frames. Expected {width} for each.",
                    nameof(controls)
                );
            }
        }

        if (scale is { } number && !float.IsFinite(number))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), number, "Expected a finite number.");
        }

        (_model, _controls, _scale) = (model, controls, scale);
    }

    /// <inheritdoc/>
    public int Codebooks => _model.Codebooks;

    /// <inheritdoc/>
    public int ConditioningCodebooks => _model.ConditioningCodebooks;

    /// <inheritdoc/>
    public int VocabularySize => _model.VocabularySize;

    /// <inheritdoc/>
    public ISamplingStep? SamplingStep => _model.SamplingStep;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The signals are for another number of frames.</exception>
    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(logits);
        if (_controls.Values.FirstOrDefault(signal => signal.Mask.Length != codes.Frames) is { } other)
        {
            throw new ArgumentException($"Found codes of {codes.Frames} frames under signals of {other.Mask.Length}.", nameof(codes));
        }

        if (_scale is not { } scale)
        {
            _model.ComputeLogits(codes, Repeat(codes.Batch, codes.Batch), logits, cancellationToken);
            return;
        }

        if (2L * logits.Length > Array.MaxLength)
        {
            throw new ArgumentException(
                $"The logits of {codes.Batch} pieces of {codes.Frames} frames, with and without signals, are more than fit. "
                    + "Use shorter chunks or fewer pieces.",
                nameof(codes)
            );
        }

        TokenGrid<long> twice = new(2 * codes.Batch, codes.Codebooks, codes.Frames, [.. codes.Values, .. codes.Values]);
        float[] both = new float[2 * logits.Length];
        _model.ComputeLogits(twice, Repeat(codes.Batch, twice.Batch), both, cancellationToken);
        ReadOnlySpan<float> with = both.AsSpan(0, logits.Length),
            without = both.AsSpan(logits.Length);
        TensorPrimitives.Subtract(with, without, logits);
        TensorPrimitives.MultiplyAdd(logits, scale, without, logits);
    }

    /// <summary>The signals for a batch: the first N pieces get them, the others get zero masks.</summary>
    private Dictionary<string, ControlSignal> Repeat(int guided, int batch) =>
        _controls.ToDictionary(
            control => control.Key,
            control => new ControlSignal(
                [.. Enumerable.Repeat(control.Value.Values, batch).SelectMany(values => values)],
                [
                    .. Enumerable.Repeat(control.Value.Mask, guided).SelectMany(mask => mask),
                    .. new float[(batch - guided) * control.Value.Mask.Length],
                ]
            )
        );
}
