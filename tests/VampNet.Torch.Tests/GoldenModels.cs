using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Torch.Tests;

/// <summary>The golden checkpoints as modules in evaluation mode.</summary>
internal static class GoldenModels
{
    public static VampNetTransformer Transformer(string folder, string name)
    {
        using Checkpoint transformer = Checkpoint.Open(Golden.Path($"{folder}/{name}.pth"));
        using Checkpoint codec = Checkpoint.Open(Golden.Path($"{folder}/codec.pth"));
        return VampNetTransformer.Load(ModelBinder.BindTransformer(transformer, codec));
    }

    public static LacCodec Codec(string path)
    {
        using Checkpoint codec = Checkpoint.Open(Golden.Path(path));
        return LacCodec.Load(ModelBinder.BindCodec(codec));
    }
}
