using System.Collections.Immutable;
using VampNet.Models;
using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Models;

/// <summary>A coarse or c2f transformer on ONNX Runtime: codes int64 [B,C,T] to logits float32 [B,T,P,V]. Thread-safe.</summary>
public sealed class OnnxTokenModel : IControlledTokenModel, IDisposable
{
    private readonly OnnxModel _model;
    private OnnxSamplingStep? _step;

    private OnnxTokenModel(OnnxModel model, (int Codebooks, int Conditioning, int Vocabulary) configuration) =>
        (_model, (Codebooks, ConditioningCodebooks, VocabularySize)) = (model, configuration);

    /// <inheritdoc/>
    public int Codebooks { get; }

    /// <inheritdoc/>
    public int ConditioningCodebooks { get; }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public ISamplingStep? SamplingStep => _step;

    /// <summary>SHA-256 of the step graph's file; null where the built-in sampler samples.</summary>
    public string? StepSha256 => _step?.GraphSha256;

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, int> ControlDims => _model.ControlDims;

    /// <summary>SHA-256 of the graph's file. Its metadata name the checkpoint and its nodes the precision, so equal hashes mean equal
    /// models.</summary>
    public string GraphSha256 => _model.Sha256;

    /// <summary>SHA-256 of the checkpoint the graph was made of, or null where it does not say.</summary>
    public string? CheckpointSha256 => _model[MetadataKeys.CheckpointSha256];

    /// <summary>SHA-256 of the codec checkpoint whose tables the graph holds, or null where it does not say.</summary>
    public string? CodecSha256 => _model[MetadataKeys.CodecSha256];

    /// <summary>Loads the graph at <paramref name="path"/>.</summary>
    /// <exception cref="RuntimeException">VNR0301 to VNR0305: the file is missing, damaged, or no transformer of ours; or the provider
    /// is. VNR0311: its step graph is for another transformer.</exception>
    public static OnnxTokenModel Open(string path, ModelOptions options)
    {
        OnnxTokenModel model = OnnxModel.Open(
            path,
            options,
            ("codes", typeof(long)),
            ("logits", typeof(float)),
            static configuration =>
                (
                    configuration.Number("n_codebooks"),
                    configuration.Number("n_conditioning_codebooks", least: 0),
                    configuration.Number("vocab_size")
                ),
            static (model, configuration) => new OnnxTokenModel(model, configuration),
            mayBeControlled: true
        );
        try
        {
            model.OpenStep(options);
            return model;
        }
        catch (RuntimeException)
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void ComputeLogits(TokenGrid<long> codes, float[] logits, CancellationToken cancellationToken) =>
        ComputeLogits(codes, ImmutableDictionary<string, ControlSignal>.Empty, logits, cancellationToken);

    /// <inheritdoc/>
    public void ComputeLogits(
        TokenGrid<long> codes,
        IReadOnlyDictionary<string, ControlSignal> controls,
        float[] logits,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(controls);
        (int batch, int frames) = (codes.Batch, codes.Frames);
        _model.Run<long, float>(
            codes.Values,
            [batch, codes.Codebooks, frames],
            logits,
            [batch, frames, Codebooks - ConditioningCodebooks, VocabularySize],
            cancellationToken,
            controls:
            [
                .. ControlDims.SelectMany(control =>
                {
                    // ONNX Runtime requires every input; an unused signal is zeros.
                    ControlSignal signal =
                        controls.GetValueOrDefault(control.Key)
                        ?? new ControlSignal(new float[batch * control.Value * frames], new float[batch * frames]);
                    return new (string, float[], long[])[]
                    {
                        (OnnxModel.ControlPrefix + control.Key, signal.Values, [batch, control.Value, frames]),
                        (OnnxModel.ControlMaskPrefix + control.Key, signal.Mask, [batch, frames]),
                    };
                }),
            ]
        );
    }

    /// <summary>Whether the weights are in memory.</summary>
    internal bool IsLoaded => _model.IsLoaded;

    /// <summary>Frees the weights until the next run.</summary>
    internal void Unload() => _model.Unload();

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _step?.Dispose();
    }

    private void OpenStep(ModelOptions options)
    {
        if (options.StepGraphs)
        {
            string path = ModelFiles.StepOf(_model.Path);
            _step = OnnxSamplingStep.Open(path, options, Codebooks, Codebooks - ConditioningCodebooks, VocabularySize);
        }
    }
}
