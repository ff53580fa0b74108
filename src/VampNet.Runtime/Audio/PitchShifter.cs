using System.Numerics.Tensors;
using NWaves.Operations.Tsm;
using NWaves.Signals;

namespace VampNet.Runtime.Audio;

/// <summary>Changes the pitch of a clip and keeps its length and loudness: a phase vocoder makes it longer or shorter, and resampling
/// brings the length back.</summary>
public static class PitchShifter
{
    /// <summary>The largest shift either way, in semitones.</summary>
    public const double MostSemitones = 12;

    private const int Window = 2048;

    // The windows overlap eight times before stretching; a step near this one is chosen so that the ratio is exact.
    private const int LeastStep = 192,
        MostStep = 320;

    /// <summary>Shifts every channel by the same interval.</summary>
    /// <param name="clip">The sound.</param>
    /// <param name="semitones">-12 to 12, fractions included; the interval is met within 3 cents. 0 gives the clip itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another interval.</exception>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite.</exception>
    public static AudioClip Shift(AudioClip clip, double semitones)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (!(Math.Abs(semitones) <= MostSemitones))
        {
            throw new ArgumentOutOfRangeException(
                nameof(semitones),
                semitones,
                $"A pitch shift is -{MostSemitones} to {MostSemitones} semitones."
            );
        }

        if (semitones == 0 || clip.Length == 0)
        {
            return clip;
        }

        clip.RequireFinite();
        (int analysis, int synthesis) = ChooseSteps(Math.Pow(2, semitones / 12));
        AudioClip shifted = new(
            clip.SampleRate,
            [.. clip.Channels.Select(channel => Shift(channel, clip.SampleRate, analysis, synthesis))]
        );
        RestoreLoudness(clip, shifted);
        return shifted;
    }

    /// <summary>Chooses two integer steps whose ratio is nearest to <paramref name="ratio"/>.</summary>
    internal static (int Analysis, int Synthesis) ChooseSteps(double ratio) =>
        Enumerable
            .Range(LeastStep, MostStep - LeastStep + 1)
            .Select(step => (Analysis: step, Synthesis: (int)Math.Round(step * ratio)))
            .MinBy(steps => Math.Abs(((double)steps.Synthesis / steps.Analysis) - ratio));

    private static float[] Shift(float[] samples, int sampleRate, int analysis, int synthesis)
    {
        // Silence on both sides puts the first and last sample into as many windows as the others. Its length is a multiple of the analysis
        // step, so that its stretched length is an integer too.
        int margin = ((Window / analysis) + 1) * analysis;
        float[] padded = new float[samples.Length + (2 * margin) + Window];
        samples.CopyTo(padded, margin);
        // The vocoder rounds down to its step: the small addition keeps the step that was chosen.
        var vocoder = new PhaseLockingVocoder(((double)synthesis / analysis) + 1e-9, analysis, Window);
        float[] stretched = vocoder.ApplyTo(new DiscreteSignal(sampleRate, padded)).Samples;
        float[] shifted = SincResampler.Resample(stretched, synthesis, analysis);
        float[] result = new float[samples.Length];
        shifted.AsSpan(margin, Math.Clamp(shifted.Length - margin, 0, result.Length)).CopyTo(result);
        return result;
    }

    private static void RestoreLoudness(AudioClip from, AudioClip to)
    {
        (double wanted, double found) = (Loudness.Measure(from.ToMono()), Loudness.Measure(to.ToMono()));
        if (wanted <= Loudness.Floor || found <= Loudness.Floor)
        {
            return;
        }

        foreach (float[] channel in to.Channels)
        {
            TensorPrimitives.Multiply(channel, (float)Loudness.Gain(found, wanted), channel);
        }
    }
}
