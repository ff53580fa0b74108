using NWaves.Filters.Base;
using NWaves.Filters.Butterworth;

namespace VampNet.BandMaker.Sounds;

/// <summary>White noise through a Butterworth filter.</summary>
internal static class FilteredNoise
{
    private const int Order = 4;

    /// <summary>Noise above a frequency.</summary>
    /// <param name="seed">Selects the noise.</param>
    /// <param name="low">Lower edge in Hz.</param>
    /// <param name="samples">Length at 44.1 kHz.</param>
    public static float[] Above(ulong seed, double low, int samples) =>
        Filter(seed, new HighPassFilter(low / BandClock.SampleRate, Order), samples);

    /// <summary>Noise between two frequencies.</summary>
    /// <param name="seed">Selects the noise.</param>
    /// <param name="low">Lower edge in Hz.</param>
    /// <param name="high">Upper edge in Hz.</param>
    /// <param name="samples">Length at 44.1 kHz.</param>
    public static float[] Between(ulong seed, double low, double high, int samples) =>
        Filter(seed, new BandPassFilter(low / BandClock.SampleRate, high / BandClock.SampleRate, Order), samples);

    private static float[] Filter(ulong seed, IOnlineFilter filter, int samples) =>
        Array.ConvertAll(new BandRandom(seed).Noise(samples), filter.Process);
}
