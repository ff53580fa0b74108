using System.Collections.Immutable;
using VampNet.Inference.Inputs.Files;

namespace VampNet.Inference.Inputs;

/// <summary>Properties of a graph's inputs that its declaration does not contain. The default fits any graph.</summary>
public sealed record InputProfile
{
    /// <summary>Legal integers of an int64 or int32 input: 0 to this number minus 1. Null to derive the limit from the graph's nodes, such
    /// as the rows of a table.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>Probability, 0 to 1, that an integer is the number after the vocabulary (a mask token).</summary>
    public double MaskShare { get; init; }

    /// <summary>Samples per second of a float32 input that is audio.</summary>
    public int SampleRate { get; init; } = 44100;

    /// <summary>The length of the last axis that stands for one frame: 1, or a codec's hop for audio.</summary>
    public int SamplesPerFrame { get; init; } = 1;

    /// <summary>Codebooks C of codes [B,C,T]: of a file with more, the first C are taken. Null for a graph that does not say.</summary>
    public int? Codebooks { get; init; }

    /// <summary>Lengths in frames that a loss is reported for, one by one; empty for none.</summary>
    public ImmutableArray<int> JudgedFrames { get; init; } = [];

    /// <summary>Input specifications given by the user.</summary>
    public ImmutableArray<InputSpec> Specs { get; init; } = [];

    /// <summary>Reads samples from files; the first that accepts a file reads it.</summary>
    public ImmutableArray<ISampleReader> Readers { get; init; } = [];

    /// <summary>Reads tensors from files, beside .npy, .npz and .pb, which are always read.</summary>
    public ImmutableArray<ITensorFileReader> TensorReaders { get; init; } = [];

    /// <summary>The seed of inputs that a file does not hold.</summary>
    internal ulong MissingSeed { get; init; } = 1;
}
