using VampNet.Checkpoints;
using VampNet.TestSupport;

namespace VampNet.Architecture.Tests;

/// <summary>Opens the golden checkpoints. Whoever opens one closes it.</summary>
internal static class GoldenModels
{
    public static Checkpoint Open(string name) => Checkpoint.Open(Golden.Path(name));
}
