using TorchSharp;
using TorchSharp.Modules;
using VampNet.Architecture;
using VampNet.Torch.Transformer;
using VampNet.Training.Sampling;
using static TorchSharp.torch;

namespace VampNet.Training.Modules;

/// <summary>
/// The VampNet transformer as it is trained: LoRA unmerged, the classifier's weight norm unfolded. Codes int64 [B, C, T] with MASK = V
/// to logits float32 [B, T, P, V].
/// </summary>
/// <remarks>Parameters have the names of <see cref="TransformerManifest.WithLora"/> or <see cref="TransformerManifest.WithoutLora"/>; the
/// codec's tables are buffers. Source: hugofloresgarcia/vampnet 72e2675, <c>VampNet</c>.</remarks>
internal sealed class TrainableTransformer : nn.Module<Tensor, Tensor>
{
    private readonly CodebookEmbedding embedding;
    private readonly TransformerStack transformer;
    private readonly Classifier classifier;

    /// <summary>Makes a model with random weights, in training mode, with LoRA factors of zeros where it has any.</summary>
    public TrainableTransformer(TransformerConfiguration configuration, bool withLora)
        : base(nameof(TrainableTransformer))
    {
        Configuration = configuration;
        HasLora = withLora;
        embedding = new CodebookEmbedding(configuration);
        transformer = new TransformerStack(configuration, withLora ? TransformerManifest.LoraRank : 0);
        classifier = new Classifier(configuration.EmbeddingDim, configuration.VocabularySize * configuration.PredictedCodebooks);
        RegisterComponents();
        Layers = transformer.Layers;
    }

    /// <summary>The shape of the model.</summary>
    public TransformerConfiguration Configuration { get; }

    /// <summary>Whether the linear layers carry LoRA factors.</summary>
    public bool HasLora { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<TransformerLayer> Layers { get; }

    /// <summary>The type that layers and classifier compute in; parameters, gradients and logits are float32 whatever it is.</summary>
    public ScalarType Type
    {
        get;
        set
        {
            field = value;
            foreach (TransformerLayer layer in Layers)
            {
                layer.Type = value;
            }
        }
    } = ScalarType.Float32;

    /// <summary>The parameters that the optimizer may change, in upstream's order.</summary>
    public IReadOnlyList<TrainedParameter> Trained => [.. Parameters().Where(entry => entry.Tensor.requires_grad)];

    /// <summary>All parameters under their names in a checkpoint, in upstream's order.</summary>
    public IEnumerable<TrainedParameter> Parameters()
    {
        Dictionary<string, Parameter> byName = named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        return (HasLora ? TransformerManifest.WithLora(Configuration) : TransformerManifest.WithoutLora(Configuration)).Select(
            specification => new TrainedParameter(specification.Name, specification.Shape, byName[specification.Name])
        );
    }

    /// <summary>Freezes all parameters but the LoRA factors: only these get gradients.</summary>
    public void FreezeAllButLora()
    {
        foreach (TrainedParameter parameter in Parameters())
        {
            parameter.Tensor.requires_grad = parameter.IsLora;
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        return Classify(transformer.forward(embedding.forward(embedding.Latents(codes)))).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits in training: as <see cref="forward"/>, with each layer's dropout determined by a seed.</summary>
    /// <param name="codes">int64 [B, C, T], MASK = V.</param>
    /// <param name="seed">The seed; each layer derives its own.</param>
    public Tensor ForwardSeeded(Tensor codes, ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Embed(codes),
            bias = Bias(codes.shape[2], codes.device);
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            x = RunLayer(layer, x, bias, seed);
        }

        return Head(x).MoveToOuterDisposeScope();
    }

    /// <summary>One layer in training: x [B, T, D] to [B, T, D], with the same dropout each time for one seed.</summary>
    public Tensor RunLayer(int layer, Tensor x, Tensor bias, ulong seed)
    {
        manual_seed((long)(DrawKey.Of(seed, DrawPurpose.Dropout, layer) >> 1));
        return Layers[layer].forward(x, bias);
    }

    /// <summary>codes int64 [B, C, T] to the first layer's input [B, T, D].</summary>
    public Tensor Embed(Tensor codes)
    {
        using Tensor latents = embedding.Latents(codes);
        return embedding.forward(latents);
    }

    /// <summary>The bias [H, T, T] that every layer adds to its scores.</summary>
    public Tensor Bias(long frames, Device device) => transformer.Bias(frames, device);

    /// <summary>The last layer's output [B, T, D] to the logits [B, T, P, V].</summary>
    public Tensor Head(Tensor activation)
    {
        using DisposeScope scope = NewDisposeScope();
        return Classify(transformer.Normalize(activation)).MoveToOuterDisposeScope();
    }

    // Row r of the classifier is vocabulary entry r / P of codebook r % P.
    private Tensor Classify(Tensor x) =>
        classifier
            .forward(x.In(Type))
            .In(ScalarType.Float32)
            .unflatten(2, Configuration.VocabularySize, Configuration.PredictedCodebooks)
            .transpose(2, 3);
}
