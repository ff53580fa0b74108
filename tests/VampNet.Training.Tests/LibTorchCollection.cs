namespace VampNet.Training.Tests;

/// <summary>Tests that run libtorch, one at a time: it has one source of randomness, which a test must not share with another.</summary>
[CollectionDefinition(Name)]
public sealed class LibTorchCollection
{
    public const string Name = "libtorch";
}
