namespace VampNet.Architecture;

/// <summary>The role of a transformer checkpoint: coarse or coarse-to-fine. The number of conditioning codebooks decides.</summary>
public enum ModelRole
{
    /// <summary>Predicts every codebook it sees: no conditioning codebooks.</summary>
    Coarse,

    /// <summary>Predicts the fine codebooks given the coarse ones (c2f): at least one conditioning codebook.</summary>
    CoarseToFine,
}
