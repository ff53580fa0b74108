using System.Globalization;

namespace VampNet.Runtime.Codec;

/// <summary>The windows in which descript-audio-codec codes a long recording: each is encoded by itself without padding, they overlap, and
/// they decode to pieces that join without gaps.</summary>
/// <param name="Samples">Samples of one window at the codec's rate, a multiple of the hop.</param>
/// <param name="Frames">Frames of codes that a window gives.</param>
/// <param name="Step">Samples from one window's start to the next, which is also what a window decodes to.</param>
/// <param name="Delay">Zeros before and after the recording.</param>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>CodecMixin.get_delay</c>, <c>get_output_length</c> and <c>compress</c>.</remarks>
internal sealed record DacWindow(int Samples, int Frames, int Step, int Delay)
{
    // Samples by which unpadded convolutions shorten a signal: kernel 7 at the outer ends, kernel 3 at the encoder's end, and the three
    // residual units of a block, (7 - 1) * (1 + 3 + 9).
    private const int OuterLoss = 6,
        EncoderEndLoss = 2,
        BlockLoss = 78;

    /// <summary>Computes the windows for a length.</summary>
    /// <param name="codec">The codec's numbers.</param>
    /// <param name="seconds">The length of a window; it is rounded up to the hop.</param>
    /// <exception cref="RuntimeException">VNR0177: so short that the convolutions leave nothing.</exception>
    public static DacWindow Of(CodecProperties codec, double seconds)
    {
        ArgumentNullException.ThrowIfNull(codec);
        if (!(seconds > 0 && seconds * codec.SampleRate < int.MaxValue / 2))
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "Expected a positive number of seconds.");
        }

        DacWindow window = OfFrames(codec, ((long)(seconds * codec.SampleRate) + codec.HopLength - 1) / codec.HopLength);
        if (window.Frames > 0 && window.Step > 0)
        {
            return window;
        }

        long least = 1;
        while (OfFrames(codec, least) is { Frames: <= 0 } or { Step: <= 0 })
        {
            least++;
        }

        throw new RuntimeException(
            RuntimeErrorIds.WindowTooShort,
            found: $"windows of {window.Samples} samples, which the codec's convolutions use up",
            expected: string.Create(
                CultureInfo.InvariantCulture,
                $"{least * codec.HopLength} samples or more: {least * (double)codec.HopLength / codec.SampleRate:0.###} s"
            ),
            advice: "Choose longer windows"
        );
    }

    /// <summary>Position of a window's frames in the padding encoder's output: with <c>Zeros</c> zeros before the window, they start at
    /// frame <c>FirstFrame</c>, where no convolution reaches the padding.</summary>
    /// <param name="codec">The codec's numbers.</param>
    internal static (int Zeros, int FirstFrame) Alignment(CodecProperties codec)
    {
        // The padding of each layer on the left, in samples of the input.
        long padding = OuterLoss / 2,
            scale = 1;
        foreach (int rate in codec.EncoderRates)
        {
            padding += scale * ((BlockLoss / 2) + ((rate + 1) / 2));
            scale *= rate;
        }

        padding += scale * (EncoderEndLoss / 2);
        int first = (int)((padding + scale - 1) / scale);
        return ((int)((first * scale) - padding), first);
    }

    private static DacWindow OfFrames(CodecProperties codec, long hops)
    {
        long samples = Math.Max(1, hops) * codec.HopLength,
            frames = Encoded(codec, samples);
        return new DacWindow((int)samples, (int)frames, (int)Decoded(codec, frames), (int)DelayOf(codec));
    }

    // Lengths below 0 have no meaning of their own, but the delay counts with them.
    private static long Encoded(CodecProperties codec, long samples)
    {
        long length = samples - OuterLoss;
        foreach (int rate in codec.EncoderRates)
        {
            length = FloorDivide(length - BlockLoss, rate) - 1;
        }

        return length - EncoderEndLoss;
    }

    private static long Decoded(CodecProperties codec, long frames)
    {
        long length = frames - OuterLoss;
        foreach (int rate in codec.DecoderRates)
        {
            length = ((length + 1) * rate) - BlockLoss;
        }

        return length - OuterLoss;
    }

    private static long DelayOf(CodecProperties codec)
    {
        long shortest = Decoded(codec, Encoded(codec, 0)),
            length = shortest + OuterLoss;
        foreach (int rate in Enumerable.Reverse(codec.DecoderRates))
        {
            length = -FloorDivide(-(length + BlockLoss), rate) - 1;
        }

        length += OuterLoss + EncoderEndLoss;
        foreach (int rate in Enumerable.Reverse(codec.EncoderRates))
        {
            length = ((length + 1) * rate) + BlockLoss;
        }

        return FloorDivide(length + OuterLoss - shortest, 2);
    }

    private static long FloorDivide(long value, int divisor) => (long)Math.Floor((double)value / divisor);
}
