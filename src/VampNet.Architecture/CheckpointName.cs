namespace VampNet.Architecture;

/// <summary>Name of a checkpoint file in ledgers and manifests.</summary>
public static class CheckpointName
{
    /// <summary>A file's name; of a training run also its folders, as every state has the same name:
    /// <c>coarse/latest/vampnet/weights.pth</c>.</summary>
    /// <param name="path">The file, at any place.</param>
    public static string Of(string path)
    {
        string[] parts = Path.GetFullPath(path).Split(Path.DirectorySeparatorChar);
        int model = Array.FindLastIndex(parts, part => part is "coarse" or "c2f");
        return parts[^1] is "weights.pth" or "lora.pth" && model >= 0 ? string.Join('/', parts[model..]) : parts[^1];
    }
}
