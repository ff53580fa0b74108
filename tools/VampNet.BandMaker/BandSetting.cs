using VampNet.BandMaker.Sounds;

namespace VampNet.BandMaker;

/// <summary>Who plays and in which key.</summary>
/// <param name="Name">The word that selects it.</param>
/// <param name="KeyOffset">Semitones above C major.</param>
/// <param name="Chords">The instrument of the sustained chords.</param>
/// <param name="Bell">The instrument of the high melody.</param>
internal sealed record BandSetting(string Name, int KeyOffset, Instrument Chords, Instrument Bell)
{
    /// <summary>The band that the demo models were trained on: electric piano and bell, in C major.</summary>
    public static BandSetting Home { get; } = new("home", 0, new ElectricPiano(), new Bell());

    /// <summary>A band that the demo models never heard: organ and marimba, in E flat major. Fine-tuning is tried on it.</summary>
    public static BandSetting Away { get; } = new("away", 3, new Organ(), new Marimba());

    /// <summary>Both settings.</summary>
    public static IReadOnlyList<BandSetting> All { get; } = [Home, Away];
}
