using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference;

/// <summary>
/// The elements of a small tensor that are known without running the model, as whole numbers or as expressions in axis lengths. Bools are 0
/// or 1. Immutable.
/// </summary>
public sealed class SymbolicTensor
{
    /// <summary>Larger tensors are not followed: shapes are computed from short vectors.</summary>
    public const int MaxElements = 1024;

    /// <summary>Whole numbers up to here are exact in binary32.</summary>
    internal const int MaxWhole = 1 << 24;

    private SymbolicTensor(ImmutableArray<int> shape, ImmutableArray<Dim?> elements)
    {
        Shape = shape;
        Elements = elements;
    }

    /// <summary>The axis lengths; empty for a scalar.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The elements in row-major order; null for one that is not known. They may be negative.</summary>
    public ImmutableArray<Dim?> Elements { get; }

    /// <summary>A scalar.</summary>
    public static SymbolicTensor Scalar(Dim? element) => new([], [element]);

    /// <summary>A vector.</summary>
    public static SymbolicTensor Vector(IEnumerable<Dim?> elements)
    {
        ImmutableArray<Dim?> all = [.. elements];
        return new([all.Length], all);
    }

    /// <summary>The elements of a constant, null for those that are not whole; null when it is too large, or not of numbers.</summary>
    /// <exception cref="OnnxException">The constant's contents cannot be read.</exception>
    public static SymbolicTensor? FromConstant(TensorData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.ElementCount > MaxElements)
        {
            return null;
        }

        ImmutableArray<int> shape = [.. data.Shape.Select(static length => (int)length)];
        if (data.ElementType.IsInteger || data.ElementType == ElementType.Bool)
        {
            return new(shape, [.. data.ToInt64s().Select(Dim.Of)]);
        }

        return data.ElementType is ElementType.Float or ElementType.Double ? new(shape, [.. data.ToDoubles().Select(Whole)]) : null;
    }

    /// <summary>The tensor of the given shape whose element at each index is what <paramref name="element"/> gives for it.</summary>
    /// <returns>Null when the shape is not of numbers, or too large.</returns>
    internal static SymbolicTensor? Build(TensorShape? shape, Func<int[], Dim?> element)
    {
        if (
            shape is null
            || !shape.TryGetConstants(out ImmutableArray<long> lengths)
            || lengths.Any(static length => length is < 0 or > MaxElements)
        )
        {
            return null;
        }

        long count = lengths.Aggregate(1L, static (product, length) => Math.Min(product * length, MaxElements + 1));
        if (count > MaxElements)
        {
            return null;
        }

        ImmutableArray<int> dims = [.. lengths.Select(static length => (int)length)];
        ImmutableArray<Dim?>.Builder elements = ImmutableArray.CreateBuilder<Dim?>((int)count);
        int[] index = new int[dims.Length];
        for (int i = 0; i < count; i++)
        {
            elements.Add(Followed(() => element(index)));
            for (int axis = dims.Length - 1; axis >= 0 && ++index[axis] == dims[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return new(dims, elements.MoveToImmutable());
    }

    /// <summary>The element at an index into the shape that this one broadcasts to.</summary>
    internal Dim? At(ReadOnlySpan<int> index)
    {
        int offset = 0;
        int skipped = index.Length - Shape.Length;
        for (int axis = 0; axis < Shape.Length; axis++)
        {
            offset = (offset * Shape[axis]) + (Shape[axis] == 1 ? 0 : index[axis + skipped]);
        }

        return Elements[offset];
    }

    /// <summary>The same elements under another shape; null when that has another number of elements.</summary>
    internal SymbolicTensor? Reshape(TensorShape? shape)
    {
        int next = 0;
        return shape is not null && shape.ElementCount.Is(Elements.Length) ? Build(shape, _ => Elements[next++]) : null;
    }

    /// <summary>Each element changed; unknown ones stay so.</summary>
    internal SymbolicTensor Map(Func<Dim, Dim?> change) =>
        new(Shape, [.. Elements.Select(each => each is null ? null : Followed(() => change(each)))]);

    /// <summary>The only element; null when there are more, or it is not known.</summary>
    internal Dim? Single => Elements is [var only] ? only : null;

    /// <summary>The elements as numbers, when all are.</summary>
    internal bool TryGetConstants(out ImmutableArray<long> numbers)
    {
        bool areAll = Elements.All(static element => element is { IsConstant: true });
        numbers = areAll ? [.. Elements.Select(static element => element!.TryGetConstant(out long number) ? number : 0)] : [];
        return areAll;
    }

    /// <summary>The elements converted to a type; those that may change in it become unknown.</summary>
    internal SymbolicTensor? As(ElementType type) =>
        type.IsInteger || type is ElementType.Bool or ElementType.Float or ElementType.Double
            ? Map(element => element.HasElement ? InputElementAs(element, type) : LengthAs(element, type))
            : null;

    /// <summary>Lengths fit 32 bits and more; into narrower integers and into floating point only numbers that are exact there are
    /// followed.</summary>
    private static Dim? LengthAs(Dim element, ElementType type) =>
        type switch
        {
            ElementType.Int64 => element,
            ElementType.Int32 => !element.TryGetConstant(out long number) || number == (int)number ? element : null,
            ElementType.UInt64 or ElementType.UInt32 => element.LowerBound >= 0 ? element : null,
            ElementType.Bool => element.Is(0) ? Dim.Zero
            : element.LowerBound > 0 || element.UpperBound < 0 ? Dim.One
            : null,
            ElementType.Float or ElementType.Double => element.TryGetConstant(out long number) && Math.Abs(number) <= MaxWhole
                ? element
                : null,
            _ => element.LowerBound >= 0 && element.UpperBound <= sbyte.MaxValue ? element : null,
        };

    /// <summary>Numbers of the model's inputs may be of any size: one is followed where each that it may be is the same in the
    /// type.</summary>
    private static Dim? InputElementAs(Dim element, ElementType type) =>
        InputElements.Fits(element, type) ? element
        : type == ElementType.Bool ? Dim.IfEqual(element, 0, 0, 1)
        : null;

    /// <summary>An element beyond what is followed is not known: the runtime's integers wrap around, which is no error.</summary>
    private static Dim? Followed(Func<Dim?> element)
    {
        try
        {
            return element();
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Dim? Whole(double value) => value == Math.Floor(value) && Math.Abs(value) <= MaxWhole ? (long)value : null;

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Elements.Select(static element => element?.ToString() ?? "?"))}}}";
}
