using VampNet.BandMaker.Sounds;

namespace VampNet.BandMaker;

/// <summary>A note of a piece.</summary>
/// <param name="Instrument">Who plays it.</param>
/// <param name="Pitch">MIDI pitch: 69 is 440 Hz. 0 for drums.</param>
/// <param name="Tick">When it starts, in sixteenth notes from the start of the loop.</param>
/// <param name="Ticks">How long it sounds, in sixteenth notes.</param>
/// <param name="Gain">Factor on its samples.</param>
internal readonly record struct BandNote(Instrument Instrument, int Pitch, int Tick, int Ticks, float Gain);
