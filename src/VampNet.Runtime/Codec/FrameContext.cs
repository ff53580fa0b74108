using System.Collections.Immutable;

namespace VampNet.Runtime.Codec;

/// <summary>
/// The exact receptive field of the codec: the number of token frames before and after a frame that affect it. A chunk computed with this
/// much context on either side, or up to the ends of the piece, equals the same frames of one pass.
/// </summary>
/// <param name="Before">Frames ahead.</param>
/// <param name="After">Frames behind.</param>
/// <remarks>
/// Source: the kernels, dilations and paddings of hugofloresgarcia/lac at 7761206, <c>lac.model.lac</c>, and of descript-audio-codec 1.0.0,
/// <c>dac.model.dac</c>. Strided layers have kernel 2 * stride and padding ceil(stride / 2). An interval of outputs is followed
/// back through the layers to the interval of inputs it depends on.
/// </remarks>
internal readonly record struct FrameContext(int Before, int After)
{
    private const int OuterKernel = 7,
        EncoderLastKernel = 3,
        ResidualKernel = 7,
        WidestDecoderKernel = 11;

    // Of the residual units: kernel 7, then kernel 1.
    private static ReadOnlySpan<int> ResidualDilations => [1, 3, 9];

    // Of LAC's residual stacks in the decoder.
    private static ReadOnlySpan<int> DecoderDilations => [1, 3, 5];

    /// <summary>The context of the encoder: which frames of audio the code of a frame depends on.</summary>
    /// <param name="rates">The encoder's strides.</param>
    public static FrameContext OfEncoder(ImmutableArray<int> rates)
    {
        // One frame of output; then, layer by layer from last to first, what it reads.
        Interval reads = new Interval(0, 0).Widen(EncoderLastKernel / 2);
        foreach (int rate in Reversed(rates))
        {
            int padding = (rate + 1) / 2;
            reads = WidenByUnits(new Interval(reads.First * rate - padding, reads.Last * rate - padding + 2 * rate - 1));
        }

        reads = reads.Widen(OuterKernel / 2);
        int hop = Product(rates);
        return new FrameContext(-FloorDivide(reads.First, hop), FloorDivide(reads.Last, hop));
    }

    /// <summary>The context of the decoder: which frames of codes the audio of a frame depends on.</summary>
    /// <param name="rates">The decoder's strides.</param>
    /// <param name="isDac">Whether the codec is plain DAC.</param>
    public static FrameContext OfDecoder(ImmutableArray<int> rates, bool isDac = false)
    {
        Interval reads = new Interval(0, Product(rates) - 1).Widen(OuterKernel / 2);
        foreach (int rate in Reversed(rates))
        {
            reads = isDac ? WidenByUnits(reads) : WidenByStacks(reads);

            // Transposed: output o reads the inputs i with 0 <= o + padding - i * rate < 2 * rate.
            int padding = (rate + 1) / 2;
            reads = new Interval(FloorDivide(reads.First + padding, rate) - 1, FloorDivide(reads.Last + padding, rate));
        }

        reads = reads.Widen(OuterKernel / 2);
        return new FrameContext(-reads.First, reads.Last);
    }

    private static Interval WidenByUnits(Interval reads)
    {
        foreach (int dilation in ResidualDilations)
        {
            reads = reads.Widen(ResidualKernel / 2 * dilation);
        }

        return reads;
    }

    // Each residual layer of the widest stack: one dilated convolution, one plain.
    private static Interval WidenByStacks(Interval reads)
    {
        foreach (int dilation in DecoderDilations)
        {
            reads = reads.Widen(WidestDecoderKernel / 2 * (dilation + 1));
        }

        return reads;
    }

    private static int Product(ImmutableArray<int> rates) => rates.Aggregate(1, (product, rate) => product * rate);

    private static IEnumerable<int> Reversed(ImmutableArray<int> rates) => Enumerable.Reverse(rates);

    private static int FloorDivide(int value, int divisor) => (int)Math.Floor((double)value / divisor);

    private readonly record struct Interval(int First, int Last)
    {
        public Interval Widen(int reach) => new(First - reach, Last + reach);
    }
}
