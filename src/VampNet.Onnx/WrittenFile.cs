namespace VampNet.Onnx;

/// <summary>A file that was written, measured on the way.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its contents, 64 lower-case hexadecimal digits.</param>
public sealed record WrittenFile(string Name, long Length, string Sha256);
