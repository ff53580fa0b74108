namespace VampNet.Runtime.Masks;

/// <summary>A named setting of the mask's controls, as upstream's web page offers it.</summary>
/// <param name="Name">Its name on the page, in lower case.</param>
/// <param name="PeriodicPrompt">One frame of each N is kept; 0 for none.</param>
/// <param name="UpperCodebookMask">The codebooks from this one on are generated.</param>
/// <param name="OnsetMaskWidth">Frames kept on either side of an onset; 0 looks for no onsets.</param>
/// <param name="Dropout">The share of frames that are generated whatever the prompts keep, 0 to 1.</param>
/// <param name="BeatMaskSeconds">Seconds kept after a beat; 0 looks for no beats.</param>
public sealed record MaskPreset(
    string Name,
    int PeriodicPrompt,
    int UpperCodebookMask,
    int OnsetMaskWidth,
    double Dropout,
    double BeatMaskSeconds
)
{
    /// <summary>All presets, from the one that keeps most to the one that keeps nothing.</summary>
    /// <remarks>Source: the presets of upstream's <c>app.py</c>, hugofloresgarcia/vampnet at 72e2675.</remarks>
    public static IReadOnlyList<MaskPreset> All { get; } =
    [
        new("timbre transfer", 2, 1, 0, 0, 0),
        new("small variation", 5, 4, 0, 0, 0),
        new("small variation (follow beat)", 7, 4, 0, 0, 0.05),
        new("medium variation", 7, 4, 0, 0, 0),
        new("medium variation (follow beat)", 13, 4, 0, 0, 0.05),
        new("large variation", 13, 4, 0, 0.2, 0),
        new("large variation (follow beat)", 0, 4, 0, 0, 0.08),
        new("unconditional", 0, 1, 0, 0, 0),
    ];

    /// <summary>The preset of a name, whatever the case of its letters; null for none.</summary>
    public static MaskPreset? Find(string name) =>
        All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
