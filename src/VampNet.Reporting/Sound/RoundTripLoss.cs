namespace VampNet.Reporting.Sound;

/// <summary>Loss of a recording that a codec encoded and decoded.</summary>
/// <param name="Models">The name of the folder whose codec it is.</param>
/// <param name="Recording">The recording's file.</param>
/// <param name="Seconds">Length of the part that was used, in seconds.</param>
/// <param name="EqualCodes">Share of codes that are those of float32's encoder, 0 to 1; null for float32 itself.</param>
/// <param name="FromOriginal">The round trip against the recording as the codec takes it.</param>
/// <param name="FromFloat32">Difference from the round trip of the codec in float32; null for float32 itself.</param>
public sealed record RoundTripLoss(
    string Models,
    string Recording,
    double Seconds,
    double? EqualCodes,
    AudioLoss FromOriginal,
    AudioLoss? FromFloat32
);
