using System.Globalization;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Gives every open axis of a graph's inputs a letter: its own where the graph names it, else the field's letter for its
/// place, so that axes of equal place in several inputs have one length.</summary>
/// <param name="inputs">The graph's inputs.</param>
internal sealed class LetterChooser(Value[] inputs)
{
    private const string Batch = "B";

    // Letters that the graph uses for lengths of its own are not free for other axes.
    private readonly HashSet<string> _taken =
    [
        .. inputs.SelectMany(input => input.TensorType?.Shape ?? TensorShape.Scalar).SelectMany(dim => dim.Letters),
    ];

    /// <summary>A shape without unknown axes.</summary>
    /// <param name="input">Input that the shape belongs to.</param>
    /// <param name="shape">Its axes.</param>
    /// <param name="facts">Lengths that weights ask for.</param>
    public TensorShape Name(Value input, TensorShape shape, InputFacts facts)
    {
        bool isChannelLast = shape.Rank == 4 && shape[3].TryGetConstant(out long last) && last is 1 or 3 or 4 && !shape[1].IsConstant;
        // The state of a recurrent layer: [layers, B, units].
        bool isState = shape.Rank == 3 && shape[0].IsConstant && shape[2].IsConstant;
        return new TensorShape(
            shape.Select(
                (dim, axis) =>
                    dim.IsConstant ? dim
                    : facts.AxisLengths.TryGetValue(axis, out long length) && axis > 0 ? Dim.Of(length)
                    : !dim.HasUnknown ? dim
                    : Dim.Symbol(Free(isState ? Batch : Letter(axis, shape.Rank, isChannelLast), input, axis))
            )
        );
    }

    private static string Letter(int axis, int rank, bool isChannelLast) =>
        (axis, rank) switch
        {
            (0, > 1) => Batch,
            (0, _) => "N",
            (_, 4) => (isChannelLast ? "BHWC" : "BCHW")[axis].ToString(),
            (_, 5) => "BCDHW"[axis].ToString(),
            _ when axis == rank - 1 => "T",
            _ => "C",
        };

    private string Free(string letter, Value input, int axis) =>
        _taken.Contains(letter)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Concat(input.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}_{axis}"
            )
            : letter;
}
