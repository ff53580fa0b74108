using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Export.Tests;

/// <summary>The golden checkpoints, opened and bound once per test run.</summary>
internal static class GoldenModels
{
    private static readonly Dictionary<string, Lazy<BoundTransformer>> Transformers = new[]
    {
        "tiny/coarse",
        "tiny/c2f",
        "micro/coarse",
        "micro/c2f",
    }.ToDictionary(
        name => name,
        name => new Lazy<BoundTransformer>(() => ModelBinder.BindTransformer(Open(name), Open(Family(name) + "/codec")))
    );

    private static readonly Dictionary<string, Lazy<BoundCodec>> Codecs = new[] { "tiny", "micro" }.ToDictionary(
        family => family,
        family => new Lazy<BoundCodec>(() => ModelBinder.BindCodec(Open(family + "/codec")))
    );

    private static readonly Dictionary<string, Lazy<BoundCodec>> DacCodecs = new[] { "even", "odd", "latent" }.ToDictionary(
        name => name,
        name => new Lazy<BoundCodec>(() => ModelBinder.BindCodec(Open($"dac/{name}/weights")))
    );

    public static BoundTransformer Transformer(string name) => Transformers[name].Value;

    public static BoundCodec Codec(string family) => Codecs[family].Value;

    public static BoundCodec Dac(string name) => DacCodecs[name].Value;

    /// <summary>A DAC codec of the first codebooks alone.</summary>
    public static BoundCodec Dac(string name, int codebooks) => ModelBinder.BindCodec(Open($"dac/{name}/weights"), codebooks);

    public static IEnumerable<string> Files(string pattern)
    {
        string family = Family(pattern);
        return Directory
            .GetFiles(Golden.Path(family), Path.GetFileName(pattern))
            .Select(path => $"{family}/{Path.GetFileName(path)}")
            .Order();
    }

    private static Checkpoint Open(string name) => Checkpoint.Open(Golden.Path(name + ".pth"));

    private static string Family(string name) => name.Split('/')[0];
}
