using VampNet.Runtime.Audio;

namespace VampNet.Runtime;

/// <summary>The result of <see cref="VampNetPipeline.VampAsync"/>.</summary>
/// <param name="Audio">One mono clip for each variation.</param>
/// <param name="Codes">The new codes, [B,C,T].</param>
/// <param name="Masked">The kept codes, with MASK elsewhere, [B,C,T].</param>
/// <param name="Mask">The mask before any stretch, [1,C,T].</param>
/// <param name="Record">Everything needed to repeat the run.</param>
public sealed record VampResult(
    IReadOnlyList<AudioClip> Audio,
    TokenGrid<long> Codes,
    TokenGrid<long> Masked,
    TokenGrid<bool> Mask,
    VampRecord Record
);
