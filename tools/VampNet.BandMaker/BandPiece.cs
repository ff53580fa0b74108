using System.Collections.Immutable;

namespace VampNet.BandMaker;

/// <summary>A composed piece, ready to be rendered.</summary>
/// <param name="Style">Which instruments play, 0 to 5.</param>
/// <param name="TickFrames">Codec frames in a sixteenth note: 7, 8 or 9.</param>
/// <param name="FirstTick">The tick of the composition at which the piece begins.</param>
/// <param name="Notes">In order of their ticks.</param>
internal sealed record BandPiece(int Style, int TickFrames, int FirstTick, ImmutableArray<BandNote> Notes);
