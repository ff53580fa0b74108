using VampNet.Architecture;

namespace VampNet.Training;

/// <summary>Makes the configuration of a new model of a size.</summary>
internal static class ModelSizes
{
    /// <summary>A configuration for the same tokens; heads keep their width, where there are enough of them.</summary>
    public static TransformerConfiguration Scale(this TransformerConfiguration configuration, ModelSize size) =>
        size switch
        {
            ModelSize.Small => configuration.Narrow(2),
            ModelSize.Shallow => configuration with { Layers = Math.Max(1, configuration.Layers / 3) },
            ModelSize.Tiny => configuration.Narrow(4) with { Layers = Math.Max(1, configuration.Layers / 2) },
            _ => configuration,
        };

    /// <summary>The layer of a deeper model that a layer of a shallower one begins with: evenly spaced, the first and the last among
    /// them. Source: Shleifer and Rush, "Pre-trained summarization distillation", 2020, section 3.</summary>
    /// <param name="layer">A layer of the shallower model, from 0.</param>
    /// <param name="layers">The shallower model's layers.</param>
    /// <param name="deeper">The deeper model's layers; at least as many.</param>
    public static int LayerOf(int layer, int layers, int deeper) =>
        layers == 1 ? 0 : (int)Math.Round((double)layer * (deeper - 1) / (layers - 1), MidpointRounding.AwayFromZero);

    private static TransformerConfiguration Narrow(this TransformerConfiguration configuration, int factor)
    {
        int heads = Math.Max(1, configuration.Heads / factor);
        return configuration with { Heads = heads, EmbeddingDim = heads * configuration.HeadDim };
    }
}
