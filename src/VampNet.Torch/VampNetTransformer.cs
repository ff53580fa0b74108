using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using VampNet.Torch.Transformer;
using static TorchSharp.torch;

namespace VampNet.Torch;

/// <summary>
/// The VampNet transformer, coarse or coarse-to-fine: codes int64 [B, C, T] with MASK = V to logits float32 [B, T, P, V].
/// LoRA is merged and weight norm folded; the codec's tables are buffers, everything else is a parameter.
/// </summary>
/// <remarks>
/// Parameters are named as in <see cref="TransformerManifest.Merged"/>. For training call <c>train()</c>, which turns dropout on; a module
/// from <see cref="Load"/> is in evaluation mode. Inference belongs in <c>torch.no_grad()</c>, or every call keeps its graph. Source:
/// hugofloresgarcia/vampnet 72e2675, <c>VampNet</c>.
/// </remarks>
public sealed class VampNetTransformer : nn.Module<Tensor, Tensor>
{
    private readonly CodebookEmbedding embedding;
    private readonly TransformerStack transformer;
    private readonly Linear classifier;
    private readonly ControlEncoder? ctrl_encoder;

    /// <summary>Makes a model with random weights, in training mode.</summary>
    public VampNetTransformer(TransformerConfiguration configuration)
        : base(nameof(VampNetTransformer))
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        embedding = new CodebookEmbedding(configuration);
        transformer = new TransformerStack(configuration);
        classifier = nn.Linear(configuration.EmbeddingDim, configuration.VocabularySize * configuration.PredictedCodebooks);
        ctrl_encoder = configuration.ControlDims.IsEmpty ? null : new ControlEncoder(configuration);
        RegisterComponents();
    }

    /// <summary>The shape of the model.</summary>
    public TransformerConfiguration Configuration { get; }

    /// <summary>Makes a model with the weights of a checkpoint, in evaluation mode. The checkpoint may be closed afterwards.</summary>
    public static VampNetTransformer Load(BoundTransformer bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        var model = new VampNetTransformer(bound.Configuration);
        WeightLoader.Load(model, bound.Weights);
        model.eval();
        return model;
    }

    /// <summary>The logits [B, T, P, V] of codes int64 [B, C, T]; codes are 0 to V, V standing for MASK.</summary>
    /// <exception cref="ArgumentException">The codes have another rank, number of codebooks or type, or a code is out of range.</exception>
    public override Tensor forward(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        return Classify(transformer.forward(Embed(codes, null))).MoveToOuterDisposeScope();
    }

    /// <summary>The logits [B, T, P, V] of codes int64 [B, C, T] under control signals. Masks of zeros give what
    /// <see cref="forward(Tensor)"/> gives.</summary>
    /// <param name="codes">0 to V, V standing for MASK.</param>
    /// <param name="controls">Every signal that the model has, by name.</param>
    /// <exception cref="ArgumentException">The codes have another rank, number of codebooks or type, or a code is out of range.</exception>
    /// <exception cref="KeyNotFoundException">A signal is missing.</exception>
    public Tensor forward(Tensor codes, IReadOnlyDictionary<string, ControlTensors> controls)
    {
        using DisposeScope scope = NewDisposeScope();
        return Classify(transformer.forward(Embed(codes, controls))).MoveToOuterDisposeScope();
    }

    /// <summary>The logits [B, T, P, V], and the output [B, T, D] of each layer before the last norm, stacked: [layers, B, T, D].</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public (Tensor Logits, Tensor Activations) ForwardWithActivations(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] activations = [.. transformer.Activations(Embed(codes, null))];
        Tensor logits = Classify(transformer.Normalize(activations[^1]));
        return (logits.MoveToOuterDisposeScope(), stack(activations).MoveToOuterDisposeScope());
    }

    /// <summary>The output [B, T, D] of each layer before the last norm, one at a time: each is gone when the next is asked for.</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    /// <param name="codes">The codes.</param>
    /// <param name="controls">Every signal that the model has, by name; null for none.</param>
    public IEnumerable<Tensor> LayerOutputs(Tensor codes, IReadOnlyDictionary<string, ControlTensors>? controls = null)
    {
        using Tensor embedded = Embed(codes, controls);
        foreach (Tensor output in transformer.Activations(embedded).OneAtATime())
        {
            yield return output;
        }
    }

    /// <summary>The codebook rows of codes int64 [B, C, T], one codebook below the other: float32 [B, C * latent, T].</summary>
    /// <inheritdoc cref="forward(Tensor)" path="/exception"/>
    public Tensor Latents(Tensor codes)
    {
        CodeTensor.Require(codes, Configuration.Codebooks, Configuration.MaskToken);
        return embedding.Latents(codes);
    }

    private Tensor Embed(Tensor codes, IReadOnlyDictionary<string, ControlTensors>? controls)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = embedding.forward(Latents(codes));
        return (ctrl_encoder is null || controls is null ? x : x + ctrl_encoder.forward(controls)).MoveToOuterDisposeScope();
    }

    // Row r of the classifier is vocabulary entry r / P of codebook r % P.
    private Tensor Classify(Tensor x) =>
        classifier.forward(x).unflatten(2, Configuration.VocabularySize, Configuration.PredictedCodebooks).transpose(2, 3).contiguous();
}
