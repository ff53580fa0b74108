using VampNet.Runtime.Codec;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>Follows one disturbed frame forward through the layers, sample by sample, and compares where it arrives with the computed
/// context.</summary>
public sealed class FrameContextTests
{
    private const int Frames = 120,
        Disturbed = 60;

    [Theory]
    [InlineData(2, 6, 8, 8)]
    [InlineData(2, 4, 8, 12)]
    [InlineData(2, 4, 5, 8)]
    [InlineData(3, 5)]
    [InlineData(4)]
    [InlineData(2, 2)]
    public void OfEncoder_AnyRates_IsWhereADisturbanceArrives(params int[] rates)
    {
        int hop = rates.Aggregate((product, rate) => product * rate);
        bool[] signal = new bool[Frames * hop];
        signal.AsSpan(Disturbed * hop, hop).Fill(true);
        signal = Convolve(signal, 7, 1, 1, 3);
        foreach (int rate in rates)
        {
            foreach (int dilation in new[] { 1, 3, 9 })
            {
                signal = Convolve(signal, 7, dilation, 1, 3 * dilation);
            }

            signal = Convolve(signal, 2 * rate, 1, rate, (rate + 1) / 2);
        }

        signal = Convolve(signal, 3, 1, 1, 1);

        Expect(FrameContext.OfEncoder([.. rates]), signal, 1);
    }

    [Theory]
    [InlineData(6, 4, 4, 2, 2, 2)]
    [InlineData(12, 8, 4, 2)]
    [InlineData(4)]
    [InlineData(2, 2)]
    public void OfDecoder_AnyRates_IsWhereADisturbanceArrives(params int[] rates)
    {
        bool[] signal = new bool[Frames];
        signal[Disturbed] = true;
        signal = Convolve(signal, 7, 1, 1, 3);
        foreach (int rate in rates)
        {
            signal = Transpose(signal, rate);
            foreach (int dilation in new[] { 1, 3, 5 })
            {
                signal = Convolve(Convolve(signal, 11, dilation, 1, 5 * dilation), 11, 1, 1, 5);
            }
        }

        signal = Convolve(signal, 7, 1, 1, 3);

        Expect(FrameContext.OfDecoder([.. rates]), signal, rates.Aggregate((product, rate) => product * rate));
    }

    [Theory]
    [InlineData(8, 5, 4, 2)]
    [InlineData(3, 5)]
    [InlineData(8, 8, 4, 2)]
    [InlineData(7)]
    public void OfDecoder_DacOfAnyRates_IsWhereADisturbanceArrives(params int[] rates)
    {
        bool[] signal = new bool[Frames];
        signal[Disturbed] = true;
        signal = Convolve(signal, 7, 1, 1, 3);
        int missing = 0;
        foreach (int rate in rates)
        {
            missing = (missing * rate) + (rate % 2);
            signal = Transpose(signal, rate);
            foreach (int dilation in new[] { 1, 3, 9 })
            {
                signal = Convolve(signal, 7, dilation, 1, 3 * dilation);
            }
        }

        signal = Convolve(signal, 7, 1, 1, 3);

        int hop = rates.Aggregate((product, rate) => product * rate);
        Assert.Equal((Frames * hop) - missing, signal.Length);
        Array.Resize(ref signal, Frames * hop);
        Expect(FrameContext.OfDecoder([.. rates], isDac: true), signal, hop);
    }

    [Fact]
    public void Of_TheReleasedCodec_IsAFractionOfASecond()
    {
        Assert.Equal(new FrameContext(8, 8), FrameContext.OfEncoder([2, 6, 8, 8]));
        Assert.Equal(new FrameContext(18, 18), FrameContext.OfDecoder([6, 4, 4, 2, 2, 2]));
    }

    private static void Expect(FrameContext context, bool[] arrived, int samplesPerFrame)
    {
        Assert.Equal(Frames * samplesPerFrame, arrived.Length);
        int first = Array.IndexOf(arrived, true) / samplesPerFrame,
            last = Array.LastIndexOf(arrived, true) / samplesPerFrame;

        // What a frame disturbs after itself is what a frame reads before itself.
        Assert.Equal(new FrameContext(last - Disturbed, Disturbed - first), context);
    }

    private static bool[] Convolve(bool[] input, int kernel, int dilation, int stride, int padding)
    {
        bool[] output = new bool[(input.Length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1];
        for (int index = 0; index < output.Length; index++)
        {
            for (int tap = 0; tap < kernel && !output[index]; tap++)
            {
                int at = index * stride - padding + tap * dilation;
                output[index] = at >= 0 && at < input.Length && input[at];
            }
        }

        return output;
    }

    private static bool[] Transpose(bool[] input, int rate)
    {
        int padding = (rate + 1) / 2;
        bool[] output = new bool[((input.Length - 1) * rate) - (2 * padding) + (2 * rate)];
        for (int index = 0; index < input.Length; index++)
        {
            for (int tap = 0; tap < 2 * rate && input[index]; tap++)
            {
                int at = index * rate - padding + tap;
                if (at >= 0 && at < output.Length)
                {
                    output[at] = true;
                }
            }
        }

        return output;
    }
}
