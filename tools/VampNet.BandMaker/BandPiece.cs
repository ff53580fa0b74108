using System.Collections.Immutable;
using VampNet.BandMaker.Sounds;

namespace VampNet.BandMaker;

/// <summary>A composed piece, ready to be rendered.</summary>
/// <param name="Style">Number of the set of instruments, 0 to 5.</param>
/// <param name="TickFrames">Codec frames in a sixteenth note: 7, 8 or 9.</param>
/// <param name="FirstTick">The tick of the composition at which the piece begins.</param>
/// <param name="Notes">In order of their ticks.</param>
internal sealed record BandPiece(int Style, int TickFrames, int FirstTick, ImmutableArray<BandNote> Notes);

/// <summary>A note of a piece.</summary>
/// <param name="Instrument">Who plays it.</param>
/// <param name="Pitch">MIDI pitch: 69 is 440 Hz. 0 for drums.</param>
/// <param name="Tick">When it starts, in sixteenth notes from the start of the loop.</param>
/// <param name="Ticks">Duration in sixteenth notes.</param>
/// <param name="Gain">Factor on its samples.</param>
internal readonly record struct BandNote(Instrument Instrument, int Pitch, int Tick, int Ticks, float Gain);
