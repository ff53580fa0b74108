using System.Collections.Immutable;
using VampNet.BandMaker.Sounds;

namespace VampNet.BandMaker;

/// <summary>Composes pieces: four-bar chord loops with a plucked string, chords, bass, a bell and drums.</summary>
/// <remarks>
/// What is drawn, in this order: style, tick length, progression, the first bar, drum and hat patterns, the bell's pattern, the bass's
/// pattern, the plucked string's pattern and its renewals. Equal seeds give equal pieces.
/// </remarks>
internal sealed class BandComposer
{
    private const int MiddleOctave = 48;
    private const double BellProbability = 0.6;
    private const double RenewalProbability = 0.5;
    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11];
    private static readonly int[][] Progressions =
    [
        [0, 5, 3, 4],
        [0, 4, 5, 3],
        [5, 3, 0, 4],
        [0, 3, 5, 4],
    ];

    private readonly BandSetting _setting;
    private readonly BandRandom _random;
    private readonly ImmutableArray<BandNote>.Builder _notes = ImmutableArray.CreateBuilder<BandNote>();

    private BandComposer(BandSetting setting, ulong seed)
    {
        _setting = setting;
        _random = new BandRandom(seed);
    }

    /// <summary>Composes one piece.</summary>
    /// <param name="setting">Who plays, in which key.</param>
    /// <param name="seed">Selects the piece.</param>
    /// <param name="frames">Length in codec frames, at least 1.</param>
    public static BandPiece Compose(BandSetting setting, ulong seed, int frames) => new BandComposer(setting, seed).Piece(frames);

    private BandPiece Piece(int frames)
    {
        int style = _random.Below(6);
        int tickFrames = 7 + _random.Below(3);
        int[] progression = Progressions[_random.Below(Progressions.Length)];
        int firstBar = _random.Below(BandClock.BarsPerLoop);
        int[] kicks = _random.Below(2) == 0 ? [0, 8] : [0, 6, 8];
        int hatStep = _random.OneOf(2, 4);
        int?[] bell = Pattern(8, () => _random.Unit() < BellProbability ? 7 + _random.Below(7) : (int?)null);
        int[] bass = Pattern(4, () => _random.OneOf(0, 0, 4, 7));
        int[] pluck = PluckPattern();

        int ticks = (frames + tickFrames - 1) / tickFrames;
        int bars = firstBar + ticks / BandClock.TicksPerBar + 1;
        for (int bar = 0; bar < bars; bar++)
        {
            int chord = progression[bar % BandClock.BarsPerLoop];
            if (style is 1 or 2 or 4)
            {
                Chords(bar, chord);
            }

            if (style != 1)
            {
                Pluck(bar, chord, pluck);
            }

            if (style != 0)
            {
                Bass(bar, chord, bass);
            }

            if (style is 2 or 3 or 5 && bar % 2 == 1)
            {
                Bell(bar, bell);
            }

            if (style is 2 or 3 or 4)
            {
                Drums(bar, kicks, hatStep);
            }

            if (bar % BandClock.BarsPerLoop == BandClock.BarsPerLoop - 1 && _random.Unit() < RenewalProbability)
            {
                pluck = PluckPattern();
            }
        }

        return new BandPiece(style, tickFrames, firstBar * BandClock.TicksPerBar, _notes.ToImmutable());
    }

    private void Chords(int bar, int chord)
    {
        foreach (int degree in (ReadOnlySpan<int>)[0, 2, 4])
        {
            Add(_setting.Chords, Pitch(chord + degree, 0), bar, 0, BandClock.TicksPerBar, 0.16f);
        }
    }

    private void Pluck(int bar, int chord, int[] pattern)
    {
        for (int eighth = 0; eighth < 8; eighth++)
        {
            Add(PluckedString.Instance, Pitch(chord + pattern[eighth], 1), bar, eighth * 2, 8, 0.3f);
        }
    }

    private void Bass(int bar, int chord, int[] pattern)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int raised = pattern[quarter] switch
            {
                4 => 7,
                7 => 12,
                _ => 0,
            };
            Add(BassGuitar.Instance, Pitch(chord, -1) + raised, bar, quarter * 4, 4, 0.35f);
        }
    }

    private void Bell(int bar, int?[] pattern)
    {
        for (int eighth = 0; eighth < 8; eighth++)
        {
            if (pattern[eighth] is { } degree)
            {
                Add(_setting.Bell, Pitch(degree, 1), bar, eighth * 2, 8, 0.22f);
            }
        }
    }

    private void Drums(int bar, int[] kicks, int hatStep)
    {
        foreach (int tick in kicks)
        {
            Add(Kick.Instance, 0, bar, tick, 8, 0.5f);
        }

        foreach (int tick in (ReadOnlySpan<int>)[4, 12])
        {
            Add(Snare.Instance, 0, bar, tick, 8, 0.3f);
        }

        for (int tick = 0; tick < BandClock.TicksPerBar; tick += hatStep)
        {
            Add(Cymbal.ClosedHat, 0, bar, tick, 4, 0.12f);
        }

        Add(Cymbal.OpenHat, 0, bar, 14, 8, 0.12f);
    }

    private int[] PluckPattern() => Pattern(8, () => _random.OneOf(0, 2, 4, 7));

    private static T[] Pattern<T>(int length, Func<T> draw)
    {
        var pattern = new T[length];
        foreach (ref T entry in pattern.AsSpan())
        {
            entry = draw();
        }

        return pattern;
    }

    private int Pitch(int degree, int octave) =>
        MiddleOctave + _setting.KeyOffset + 12 * (octave + degree / MajorScale.Length) + MajorScale[degree % MajorScale.Length];

    private void Add(Instrument instrument, int pitch, int bar, int tick, int ticks, float gain) =>
        _notes.Add(new BandNote(instrument, pitch, bar * BandClock.TicksPerBar + tick, ticks, gain));
}
