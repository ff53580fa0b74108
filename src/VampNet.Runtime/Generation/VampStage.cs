namespace VampNet.Runtime.Generation;

/// <summary>The stages of a vamp.</summary>
public enum VampStage
{
    /// <summary>Audio becomes codes.</summary>
    Encode,

    /// <summary>The coarse codebooks are generated.</summary>
    Coarse,

    /// <summary>The finer codebooks are generated from the coarse ones (c2f).</summary>
    Fine,

    /// <summary>Codes become audio.</summary>
    Decode,
}
