using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Rewriting;

/// <summary>Makes seeded inputs of several sizes for a graph of which nothing is known but what it declares.</summary>
/// <param name="seed">Equal seeds and graphs give equal inputs.</param>
internal sealed class CheckInputMaker(ulong seed)
{
    // Every letter of its own size, so that no two axes can be confused; then all of one size, for graphs whose letters must agree.
    // Graphs with convolutions need room, which the later sizes give.
    private static readonly ImmutableArray<Func<int, long>> Sizes =
    [
        _ => 1,
        letter => 2 + (3 * letter),
        letter => letter == 0 ? 2 : 59 + (2 * letter),
        _ => 16,
        letter => letter == 0 ? 1 : 4001 + letter,
    ];

    // Integers may be indices, and only the graph knows of what: try the widest range first.
    private static readonly ImmutableArray<int> IntegerBounds = [64, 8, 2];

    /// <summary>Groups of trials, one group for each size; within a group the first that runs is enough.</summary>
    /// <exception cref="InferenceException">VNI0401: an input is of a type that this cannot make.</exception>
    public IEnumerable<IEnumerable<ModelSample>> Make(Model model)
    {
        Value[] inputs = [.. model.Graph.Inputs.Where(input => input.Constant is null)];
        foreach (Value input in inputs)
        {
            RequireKnown(input);
        }

        string[] letters =
        [
            .. inputs.SelectMany(input => input.TensorType!.Shape!).Where(dim => !dim.IsConstant).Select(dim => dim.ToString()).Distinct(),
        ];
        bool hasIntegers = inputs.Any(input => input.TensorType!.ElementType is ElementType.Int64 or ElementType.Int32);
        int[] bounds = hasIntegers ? [.. IntegerBounds] : [2];
        return letters.Length == 0
            ? [bounds.Select(bound => Make(inputs, letters, _ => 1, bound))]
            : Sizes.Select(size => bounds.Select(bound => Make(inputs, letters, size, bound)));
    }

    private static void RequireKnown(Value input)
    {
        bool isKnown =
            input.TensorType is
            {
                Shape: not null,
                ElementType: ElementType.Float or ElementType.Double or ElementType.Int64 or ElementType.Int32 or ElementType.Bool,
            };
        if (!isKnown)
        {
            throw new InferenceException(
                "VNI0401",
                $"Found the input {input}.\nExpected float, double, int64, int32 or bool of known rank: nothing else can be made up to compare graphs on."
            );
        }
    }

    private ModelSample Make(Value[] inputs, string[] letters, Func<int, long> size, int bound)
    {
        var random = new SplitMix64(seed);
        ImmutableArray<ModelInput>.Builder made = ImmutableArray.CreateBuilder<ModelInput>();
        foreach (Value input in inputs)
        {
            long[] shape =
            [
                .. input.TensorType!.Shape!.Select(dim =>
                    dim.TryGetConstant(out long length) ? length : size(Array.IndexOf(letters, dim.ToString()))
                ),
            ];
            int count = checked((int)shape.Aggregate(1L, (product, length) => checked(product * length)));
            made.Add(new ModelInput(input.Name, Fill(input.TensorType.ElementType, count, bound, ref random), shape));
        }

        string name = string.Join(", ", made.Select(each => $"{each.Name}[{string.Join(",", each.Shape)}]"));
        return new ModelSample(name, made.ToImmutable());
    }

    private static Array Fill(ElementType type, int count, int bound, ref SplitMix64 random)
    {
        double[] units = new double[count];
        for (int i = 0; i < count; i++)
        {
            units[i] = random.NextUnit();
        }

        return type switch
        {
            ElementType.Float => Array.ConvertAll(units, unit => (float)((2 * unit) - 1)),
            ElementType.Double => Array.ConvertAll(units, unit => (2 * unit) - 1),
            ElementType.Int64 => Array.ConvertAll(units, unit => (long)(unit * bound)),
            ElementType.Int32 => Array.ConvertAll(units, unit => (int)(unit * bound)),
            _ => Array.ConvertAll(units, unit => unit < 0.5),
        };
    }
}
