using System.Collections.Immutable;

namespace VampNet.Runtime.Codec;

/// <summary>
/// How many token frames before and after a frame the codec looks at: its exact receptive field. A chunk computed with this much context on
/// either side, or up to the ends of the piece, equals the same frames of one pass, for the codec's convolutions see nothing else.
/// </summary>
/// <param name="Before">Frames ahead.</param>
/// <param name="After">Frames behind.</param>
/// <remarks>
/// Source: the kernels, dilations and paddings of hugofloresgarcia/lac at 7761206, <c>lac.model.lac</c>. An interval of outputs is followed
/// back through the layers to the interval of inputs it depends on.
/// </remarks>
public readonly record struct FrameContext(int Before, int After)
{
    private const int OuterKernel = 7,
        EncoderLastKernel = 3,
        EncoderKernel = 7,
        WidestDecoderKernel = 11;

    private static ReadOnlySpan<int> EncoderDilations => [1, 3, 9];

    private static ReadOnlySpan<int> DecoderDilations => [1, 3, 5];

    /// <summary>The context of the encoder: which frames of audio the code of a frame depends on.</summary>
    /// <param name="rates">The encoder's strides; even.</param>
    public static FrameContext OfEncoder(ImmutableArray<int> rates)
    {
        // One frame of output; then, layer by layer from last to first, what it reads.
        Interval reads = new Interval(0, 0).Widen(EncoderLastKernel / 2);
        foreach (int rate in Reversed(rates))
        {
            reads = new Interval(reads.First * rate - rate / 2, reads.Last * rate - rate / 2 + 2 * rate - 1);
            foreach (int dilation in EncoderDilations)
            {
                reads = reads.Widen(EncoderKernel / 2 * dilation);
            }
        }

        reads = reads.Widen(OuterKernel / 2);
        int hop = Product(rates);
        return new FrameContext(-FloorDivide(reads.First, hop), FloorDivide(reads.Last, hop));
    }

    /// <summary>The context of the decoder: which frames of codes the audio of a frame depends on.</summary>
    /// <param name="rates">The decoder's strides; even.</param>
    public static FrameContext OfDecoder(ImmutableArray<int> rates)
    {
        Interval reads = new Interval(0, Product(rates) - 1).Widen(OuterKernel / 2);
        foreach (int rate in Reversed(rates))
        {
            // Each residual layer of the widest stack: one dilated convolution, one plain.
            foreach (int dilation in DecoderDilations)
            {
                reads = reads.Widen(WidestDecoderKernel / 2 * (dilation + 1));
            }
            // Transposed: output o reads the inputs i with 0 <= o + rate/2 - i * rate < 2 * rate.
            reads = new Interval(FloorDivide(reads.First + rate / 2, rate) - 1, FloorDivide(reads.Last + rate / 2, rate));
        }

        reads = reads.Widen(OuterKernel / 2);
        return new FrameContext(-reads.First, reads.Last);
    }

    private static int Product(ImmutableArray<int> rates) => rates.Aggregate(1, (product, rate) => product * rate);

    private static IEnumerable<int> Reversed(ImmutableArray<int> rates) => Enumerable.Reverse(rates);

    private static int FloorDivide(int value, int divisor) => (int)Math.Floor((double)value / divisor);

    private readonly record struct Interval(int First, int Last)
    {
        public Interval Widen(int reach) => new(First - reach, Last + reach);
    }
}
