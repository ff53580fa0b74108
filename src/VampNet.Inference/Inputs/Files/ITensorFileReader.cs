namespace VampNet.Inference.Inputs.Files;

/// <summary>Reads one kind of file that holds tensors with names.</summary>
public interface ITensorFileReader
{
    /// <summary>The tensors by name; null where the file is of another kind.</summary>
    /// <param name="path">An existing file.</param>
    IReadOnlyDictionary<string, ModelInput>? Read(string path);
}
