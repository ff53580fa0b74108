namespace VampNet.BandMaker;

/// <summary>The band's time grid. Every onset lies on a frame of the demo codec.</summary>
internal static class BandClock
{
    /// <summary>Samples per second.</summary>
    public const int SampleRate = 44100;

    /// <summary>Samples in a codec frame.</summary>
    public const int FrameSamples = 768;

    /// <summary>Sixteenth notes in a bar.</summary>
    public const int TicksPerBar = 16;

    /// <summary>Bars in a chord progression, after which the music repeats.</summary>
    public const int BarsPerLoop = 4;
}
