namespace VampNet.BandMaker.Sounds;

/// <summary>A synthesised instrument. Equal arguments give equal samples.</summary>
internal abstract class Instrument
{
    /// <summary>Renders one note.</summary>
    /// <param name="frequency">Pitch in Hz; drums ignore it.</param>
    /// <param name="samples">Length at 44.1 kHz.</param>
    public abstract float[] Render(double frequency, int samples);

    /// <summary>Fills a note with a function of the time in seconds.</summary>
    protected static float[] Fill(int samples, Func<double, double> value)
    {
        float[] sound = new float[samples];
        for (int i = 0; i < samples; i++)
        {
            sound[i] = (float)value((double)i / BandClock.SampleRate);
        }

        return sound;
    }

    /// <summary>An exponential decay from 1.</summary>
    /// <param name="time">Seconds since the onset.</param>
    /// <param name="constant">Seconds to fall to 1/e.</param>
    protected static double Decay(double time, double constant) => Math.Exp(-time / constant);

    /// <summary>A linear attack from 0 to 1.</summary>
    protected static double Attack(double time, double seconds) => Math.Min(1, time / seconds);

    /// <summary>A sine.</summary>
    protected static double Sine(double frequency, double time) => Math.Sin(2 * Math.PI * frequency * time);
}
