using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Shapes;

/// <summary>
/// The spatial axes of convolutions and pools, from the attributes that they share: kernel_shape, strides, dilations, pads, auto_pad.
/// Spatial axes are those behind batch and channel.
/// </summary>
internal sealed class WindowShapes
{
    private readonly InferenceContext _context;
    private readonly ImmutableArray<Dim> _kernel;
    private readonly ImmutableArray<long> _strides;
    private readonly ImmutableArray<long> _dilations;
    private readonly ImmutableArray<long> _pads;
    private readonly string _autoPad;

    /// <summary>Reads and checks the attributes.</summary>
    /// <param name="context">The node.</param>
    /// <param name="kernel">The kernel's length along each spatial axis.</param>
    public WindowShapes(InferenceContext context, ImmutableArray<Dim> kernel)
    {
        _context = context;
        _kernel = kernel;
        int rank = kernel.Length;
        _strides = Numbers("strides", rank, otherwise: 1, least: 1);
        _dilations = Numbers("dilations", rank, otherwise: 1, least: 1);
        _pads = Numbers("pads", 2 * rank, otherwise: 0, least: long.MinValue / 4);
        _autoPad = context.Text("auto_pad", "NOTSET");
        if (_autoPad is not ("" or "NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
        {
            throw context.RefuseParameter($"'auto_pad' = '{_autoPad}'", "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
        }

        foreach (Dim? length in kernel.Where(static length => length.UpperBound < 1))
        {
            throw context.RefuseParameter($"a kernel of length {length}", "1 or more");
        }
    }

    private bool IsSame => _autoPad is "SAME_UPPER" or "SAME_LOWER";

    /// <summary>The kernel as the attribute gives it; null when it does not.</summary>
    public static ImmutableArray<Dim>? KernelAttribute(InferenceContext context) =>
        context.Ints("kernel_shape") is { } kernel ? [.. kernel.Select(Dim.Of)] : null;

    /// <summary>The lengths after a window slid over the input.</summary>
    /// <param name="spatial">The input's spatial axes.</param>
    /// <param name="isCeiling">Whether a last window that is partly outside counts; it must start inside.</param>
    public IEnumerable<Dim> Slide(IEnumerable<Dim> spatial, bool isCeiling = false) =>
        spatial.Select(
            (length, axis) =>
            {
                long stride = _strides[axis];
                if (IsSame)
                {
                    return length.CeilDiv(stride);
                }

                (long begin, long end) = Pads(axis);
                Dim padded = length + (begin + end);
                Dim room = padded - Extent(axis);
                if (room.UpperBound < 0)
                {
                    throw _context.RefuseLength(
                        $"the axis {axis + 2} of length {length}, {padded} with padding",
                        $"at least the kernel's {Extent(axis)}"
                    );
                }

                Dim count = (isCeiling ? room.CeilDiv(stride) : room.FloorDiv(stride)) + 1;
                return isCeiling ? Dim.Min(count, (length + (begin - 1)).FloorDiv(stride) + 1) : count;
            }
        );

    /// <summary>The lengths that <see cref="Slide"/> would take back to the input's: those of a transposed convolution or an
    /// unpooling.</summary>
    public IEnumerable<Dim> Spread(IEnumerable<Dim> spatial)
    {
        ImmutableArray<long> extra = Numbers("output_padding", _kernel.Length, otherwise: 0, least: 0);
        return spatial.Select(
            (length, axis) =>
            {
                (long begin, long end) = Pads(axis);
                Dim spread = IsSame
                    ? length * _strides[axis]
                    : ((length - 1) * _strides[axis]) + extra[axis] + Extent(axis) - (begin + end);
                return _context.Natural(spread, $"axis {axis + 2}");
            }
        );
    }

    /// <summary>The attribute's numbers, one for each axis or the default; null stands for all defaults.</summary>
    private ImmutableArray<long> Numbers(string name, int count, long otherwise, long least)
    {
        if (_context.Ints(name) is not { Length: > 0 } numbers)
        {
            return [.. Enumerable.Repeat(otherwise, count)];
        }

        if (numbers.Length != count)
        {
            throw _context.RefuseParameter($"{numbers.Length} numbers in '{name}'", $"{count}");
        }

        return numbers.All(number => number >= least && number <= long.MaxValue / 4)
            ? numbers
            : throw _context.RefuseParameter($"'{name}' = {string.Join(", ", numbers)}", $"{least} or more");
    }

    private Dim Extent(int axis) => ((_kernel[axis] - 1) * _dilations[axis]) + 1;

    private (long Begin, long End) Pads(int axis) => _autoPad == "VALID" ? (0, 0) : (_pads[axis], _pads[axis + _kernel.Length]);
}
