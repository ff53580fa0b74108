using TorchSharp.Modules;
using VampNet.Architecture;
using static TorchSharp.torch;

namespace VampNet.Torch.Transformer;

/// <summary>The layers and the last norm. Source: vampnet 72e2675, <c>TransformerStack</c>.</summary>
internal sealed class TransformerStack : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<TransformerLayer> layers;
    private readonly RmsNorm norm;

    /// <param name="configuration">The shape of the model.</param>
    /// <param name="loraRank">The rank of the LoRA updates, which all linear layers but the key projection have; 0 for none.</param>
    public TransformerStack(TransformerConfiguration configuration, int loraRank = 0)
        : base(nameof(TransformerStack))
    {
        layers = nn.ModuleList(
            Enumerable.Range(0, configuration.Layers).Select(i => new TransformerLayer(configuration, hasBias: i == 0, loraRank)).ToArray()
        );
        norm = new RmsNorm(configuration.EmbeddingDim);
        RegisterComponents();
    }

    /// <summary>Computes the output of each layer [B, T, D] from x [B, T, D], before the last norm. The caller disposes them.</summary>
    public IEnumerable<Tensor> Activations(Tensor x)
    {
        using Tensor bias = layers[0].Bias(x.shape[1], x.device);
        foreach (TransformerLayer layer in layers)
        {
            x = layer.forward(x, bias);
            yield return x;
        }
    }

    /// <summary>The bias [H, T, T] that every layer adds to its scores.</summary>
    public Tensor Bias(long frames, Device device) => layers[0].Bias(frames, device);

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<TransformerLayer> Layers => [.. layers];

    /// <summary>Applies the last norm to the output of the last layer [B, T, D].</summary>
    public Tensor Normalize(Tensor activation) => norm.forward(activation);

    public override Tensor forward(Tensor x)
    {
        // Each activation is disposed as soon as the next is computed: kept to the end, they fragment the native heap.
        Tensor? last = null;
        foreach (Tensor activation in Activations(x))
        {
            last?.Dispose();
            last = activation;
        }

        using (last)
        {
            return Normalize(last!);
        }
    }
}
