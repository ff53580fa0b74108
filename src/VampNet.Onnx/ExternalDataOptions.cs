namespace VampNet.Onnx;

/// <summary>Options of external data: which initializers go into the file beside the model, and how.</summary>
public sealed record ExternalDataOptions
{
    /// <summary>The smallest tensor, in bytes, that goes there. Smaller ones stay inline, so that shape inference can see them.</summary>
    public long Threshold { get; init; } = 1024;

    /// <summary>Each tensor's offset is a multiple of this many bytes: a power of two from 1 on.</summary>
    public int Alignment { get; init; } = 64;

    /// <summary>The file's name; null for the model's name with <c>.data</c> appended.</summary>
    public string? FileName { get; init; }
}
