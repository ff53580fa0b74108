using VampNet.Runtime.Audio;

namespace VampNet.Runtime;

/// <summary>The result of <see cref="VampNetPipeline.VampAsync"/>.</summary>
/// <param name="Audio">One mono clip for each variation.</param>
/// <param name="Codes">The new codes, [B,C,T].</param>
/// <param name="Masked">What was kept of the old codes, with MASK elsewhere, [B,C,T].</param>
/// <param name="Mask">What was to be generated, before any stretch, [1,C,T].</param>
/// <param name="Record">All it takes to do it again.</param>
public sealed record VampResult(
    IReadOnlyList<AudioClip> Audio,
    TokenGrid<long> Codes,
    TokenGrid<long> Masked,
    TokenGrid<bool> Mask,
    VampRecord Record
);
