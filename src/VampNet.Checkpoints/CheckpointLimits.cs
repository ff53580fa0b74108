namespace VampNet.Checkpoints;

/// <summary>Limits beyond which a checkpoint is refused. The defaults leave room for a hundred times the released
/// models.</summary>
public sealed record CheckpointLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static CheckpointLimits Default { get; } = new();

    /// <summary>The most bytes the pickle of one checkpoint may have. The released coarse model's has 60 kB.</summary>
    public int PickleBytes { get; init; } = 32 << 20;

    /// <summary>The most memory, in bytes, that the values of all pickles of one file may take, by a cautious estimate.</summary>
    public long PickleMemory { get; init; } = 96L << 20;

    /// <summary>The most values, and the most marks, that may wait on the unpickler's stack. PyTorch's pickles stack about a
    /// thousand.</summary>
    public int PickleStack { get; init; } = 1 << 16;

    /// <summary>The most characters the name of a global, or the path of a tensor in a pickled module, may have.</summary>
    public int NameLength { get; init; } = 512;

    /// <summary>Largest nesting depth of containers or modules.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>The most values metadata may hold when every shared part is counted each time it is met.</summary>
    public int MetadataValues { get; init; } = 100_000;

    /// <summary>The most tensors, and the most modules, of one checkpoint.</summary>
    public int Tensors { get; init; } = 50_000;

    /// <summary>Largest number of bytes that a tensor's shape may imply beyond the bytes of its storage, as in an expanded tensor of stride
    /// 0.</summary>
    public long ExpandedBytes { get; init; } = 64L << 20;

    /// <summary>The most bytes the JSON header of a .safetensors file may have.</summary>
    public int SafeTensorsHeaderBytes { get; init; } = 16 << 20;

    /// <summary>The most entries of a zip archive.</summary>
    public int ZipEntries { get; init; } = 200_000;
}
