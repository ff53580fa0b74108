namespace VampNet.Checkpoints;

/// <summary>The file format of a checkpoint. Found by content, never by the file's name.</summary>
public enum CheckpointLayout
{
    /// <summary>The zip archive that torch.save writes since PyTorch 1.6: data.pkl, and one stored entry per storage.</summary>
    ZipArchive,

    /// <summary>The stream that torch.save wrote before PyTorch 1.6: five pickles, then the storages.</summary>
    LegacyStream,

    /// <summary>A torch.package archive that holds a pickled module.</summary>
    TorchPackage,

    /// <summary>A .safetensors file: a JSON header, then the tensors.</summary>
    SafeTensors,
}
