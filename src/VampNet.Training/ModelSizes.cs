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
            ModelSize.Tiny => configuration.Narrow(4) with { Layers = Math.Max(1, configuration.Layers / 2) },
            _ => configuration,
        };

    private static TransformerConfiguration Narrow(this TransformerConfiguration configuration, int factor)
    {
        int heads = Math.Max(1, configuration.Heads / factor);
        return configuration with { Heads = heads, EmbeddingDim = heads * configuration.HeadDim };
    }
}
