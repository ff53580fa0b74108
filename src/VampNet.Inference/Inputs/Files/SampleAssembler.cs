using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs.Files;

/// <summary>
/// Makes samples of tensors that were read from files: finds each input's tensor, converts its type, takes the codebooks that the model
/// has, gives each row that a graph takes alone a sample of its own, and cuts what is longer than the extent into pieces.
/// </summary>
/// <param name="plans">The graph's inputs.</param>
/// <param name="profile">Properties that the graph does not declare.</param>
/// <param name="extent">The longest last dimension of a sample where the graph leaves it open.</param>
/// <param name="makeMissing">Makes an input that no file holds, from the lengths of those that do.</param>
internal sealed class SampleAssembler(
    ImmutableArray<InputPlan> plans,
    InputProfile profile,
    int extent,
    Func<InputPlan, IReadOnlyDictionary<string, long>, ModelInput> makeMissing
)
{
    private const int CodebookAxis = 1;

    /// <summary>The graph's inputs.</summary>
    public ImmutableArray<InputPlan> Plans => plans;

    /// <summary>Whether the graph has an input of a name.</summary>
    public bool IsInput(string name) => plans.Any(plan => IsNamed(plan, name));

    /// <summary>Samples of tensors in the order of the inputs.</summary>
    /// <exception cref="InferenceException">VNI0345: a tensor does not fit its input.</exception>
    public IEnumerable<ModelSample> FromOrdered(string name, IReadOnlyList<ModelInput> tensors)
    {
        // The tensors have the inputs' names, or none.
        Dictionary<InputPlan, ModelInput> found = tensors.All(tensor => IsInput(tensor.Name))
            ? tensors.ToDictionary(tensor => plans.First(plan => IsNamed(plan, tensor.Name)))
            : plans.Zip(tensors).ToDictionary(pair => pair.First, pair => pair.Second);
        return Assemble(name, found);
    }

    /// <summary>Samples of tensors with names; none where no input has one.</summary>
    /// <exception cref="InferenceException">VNI0345: a tensor does not fit its input.</exception>
    public IEnumerable<ModelSample> FromNamed(string name, IReadOnlyDictionary<string, ModelInput> tensors)
    {
        Dictionary<InputPlan, ModelInput> found = [];
        foreach (InputPlan plan in plans)
        {
            string? key = tensors.Keys.FirstOrDefault(key => key == plan.Name) ?? tensors.Keys.FirstOrDefault(key => IsNamed(plan, key));
            if (key is not null)
            {
                found[plan] = tensors[key];
            }
        }

        // A single tensor is meant for a single input under any name, since numpy.save stores no names. Names in a .safetensors file of
        // weights do matter.
        if (found.Count == 0 && tensors.Count == 1 && plans.Length == 1 && tensors.First().Value is var only && HasRank(plans[0], only))
        {
            found[plans[0]] = only;
        }

        return found.Count == 0 ? [] : Assemble(name, found);
    }

    /// <summary>Adds the missing inputs of a sample.</summary>
    public ModelSample Complete(ModelSample sample)
    {
        Dictionary<string, long> lengths = [];
        foreach (ModelInput input in sample.Inputs)
        {
            Learn(plans.First(plan => plan.Name == input.Name), input.Shape, lengths);
        }

        return sample with
        {
            Inputs =
            [
                .. plans.Select(plan => sample.Inputs.FirstOrDefault(input => input.Name == plan.Name) ?? makeMissing(plan, lengths)),
            ],
        };
    }

    private static bool IsNamed(InputPlan plan, string name) =>
        plan.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        || plan.Name.Replace('/', '_').Replace(':', '_').Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool HasRank(InputPlan plan, ModelInput tensor) =>
        Math.Abs(plan.Shape.Rank - tensor.Shape.Length) <= 1 && (tensor.Shape.Length > 0 || plan.Shape.Rank == 0);

    private IEnumerable<ModelSample> Assemble(string name, Dictionary<InputPlan, ModelInput> found)
    {
        Dictionary<InputPlan, ModelInput> fitted = found.ToDictionary(pair => pair.Key, pair => Fit(name, pair.Key, pair.Value));
        foreach ((string part, Dictionary<InputPlan, ModelInput> row) in Rows(name, fitted))
        {
            foreach (ModelSample piece in Pieces(part, row))
            {
                yield return Complete(piece);
            }
        }
    }

    /// <summary>The tensor in the input's type and rank, with the codebooks that the model has.</summary>
    private ModelInput Fit(string source, InputPlan plan, ModelInput tensor)
    {
        Array values =
            ElementArrays.Convert(tensor.Values, plan.ElementType)
            ?? throw DoesNotFit(source, plan, tensor, $"some of its elements are no numbers of {plan.ElementType.OnnxName}");
        long[] shape = tensor.Shape;
        if (shape.Length + 1 == plan.Shape.Rank)
        {
            // One row without its axis.
            shape = [1, .. shape];
        }
        else if (shape.Length == plan.Shape.Rank + 1 && shape[0] == 1)
        {
            shape = shape[1..];
        }

        if (
            profile.Codebooks is { } codebooks
            && shape.Length == plan.Shape.Rank
            && plan.Shape.Rank == 3
            && plan.ElementType == ElementType.Int64
            && shape[CodebookAxis] > codebooks
        )
        {
            (values, shape) = (TakeRows(values, shape, CodebookAxis, 0, codebooks), [shape[0], codebooks, shape[2]]);
        }

        return new ModelInput(plan.Name, values, shape);
    }

    /// <summary>Samples that each have as many rows as the graph takes.</summary>
    private static IEnumerable<(string Name, Dictionary<InputPlan, ModelInput> Row)> Rows(
        string name,
        Dictionary<InputPlan, ModelInput> tensors
    )
    {
        // One more axis than the graph has, or a first axis of a fixed length that the tensor has a multiple of: many samples in one.
        long? count = tensors
            .Select(pair => SamplesIn(pair.Key, pair.Value))
            .Where(samples => samples > 1)
            .Aggregate((long?)null, (least, samples) => least is null || samples < least ? samples : least);
        if (count is not { } rows)
        {
            foreach ((InputPlan plan, ModelInput tensor) in tensors)
            {
                RequireFit(name, plan, tensor);
            }

            yield return (name, tensors);
            yield break;
        }

        for (int row = 0; row < rows; row++)
        {
            Dictionary<InputPlan, ModelInput> one = [];
            foreach ((InputPlan plan, ModelInput tensor) in tensors)
            {
                ModelInput taken = SamplesIn(plan, tensor) > 1 ? TakeSample(plan, tensor, row) : tensor;
                RequireFit(name, plan, taken);
                one[plan] = taken;
            }

            yield return ($"{name} row {row + 1}", one);
        }
    }

    private static long SamplesIn(InputPlan plan, ModelInput tensor) =>
        tensor.Shape.Length == plan.Shape.Rank + 1 ? tensor.Shape[0]
        : tensor.Shape.Length == plan.Shape.Rank
        && plan.Shape.Rank > 1
        && plan.Shape[0].TryGetConstant(out long length)
        && length > 0
        && tensor.Shape[0] > length
        && tensor.Shape[0] % length == 0
            ? tensor.Shape[0] / length
        : 1;

    private static ModelInput TakeSample(InputPlan plan, ModelInput tensor, int row)
    {
        if (tensor.Shape.Length == plan.Shape.Rank + 1)
        {
            return new ModelInput(plan.Name, TakeRows(tensor.Values, tensor.Shape, 0, row, 1), tensor.Shape[1..]);
        }

        _ = plan.Shape[0].TryGetConstant(out long length);
        return new ModelInput(
            plan.Name,
            TakeRows(tensor.Values, tensor.Shape, 0, row * (int)length, (int)length),
            [length, .. tensor.Shape[1..]]
        );
    }

    private static void RequireFit(string source, InputPlan plan, ModelInput tensor)
    {
        bool fits =
            tensor.Shape.Length == plan.Shape.Rank
            && plan.Shape.Zip(tensor.Shape).All(pair => !pair.First.TryGetConstant(out long length) || length == pair.Second);
        if (!fits)
        {
            throw DoesNotFit(source, plan, tensor, $"its shape is [{string.Join(',', tensor.Shape)}]");
        }
    }

    // Along the last axis that the graph leaves open, in every input that has its letter, so that one long recording does not ask for more
    // memory than many short ones.
    private IEnumerable<ModelSample> Pieces(string name, Dictionary<InputPlan, ModelInput> tensors)
    {
        string? letter = tensors.Keys.Select(LastLetter).FirstOrDefault(letter => letter is not null);
        long length = letter is null ? 0 : tensors.Where(pair => LastLetter(pair.Key) == letter).Max(pair => pair.Value.Shape[^1]);
        bool isElsewhere = tensors.Keys.Any(plan => plan.Shape.SkipLast(1).Any(dim => letter is not null && dim.Letters.Contains(letter)));
        if (length <= extent || isElsewhere || (plans.Length > 1 && tensors.Keys.Any(plan => plan.LengthOf is not null)))
        {
            yield return new ModelSample(name, [.. tensors.Values]);
            yield break;
        }

        for (int start = 0; start < length; start += extent)
        {
            int taken = (int)Math.Min(extent, length - start);
            yield return new ModelSample(
                $"{name} from {start}",
                [
                    .. tensors.Select(pair =>
                        LastLetter(pair.Key) == letter && pair.Value.Shape[^1] == length
                            ? new ModelInput(
                                pair.Key.Name,
                                TakeRows(pair.Value.Values, pair.Value.Shape, pair.Value.Shape.Length - 1, start, taken),
                                [.. pair.Value.Shape[..^1], taken]
                            )
                            : pair.Value
                    ),
                ]
            );
        }
    }

    private static string? LastLetter(InputPlan plan) =>
        plan.Shape.Rank > 0 && plan.Shape[^1].Letters is [var letter] && plan.Shape[^1] == Dim.Symbol(letter) ? letter : null;

    private static void Learn(InputPlan plan, long[] shape, Dictionary<string, long> lengths)
    {
        foreach ((Dim dim, long length) in plan.Shape.Zip(shape))
        {
            if (dim.Letters is [var letter] && dim == Dim.Symbol(letter))
            {
                lengths[letter] = length;
            }
        }
    }

    /// <summary>Some of the places along an axis, in row-major order.</summary>
    private static Array TakeRows(Array values, long[] shape, int axis, int first, int count)
    {
        long outer = shape[..axis].Aggregate(1L, (product, length) => product * length),
            inner = shape[(axis + 1)..].Aggregate(1L, (product, length) => product * length),
            length = shape[axis];
        Array taken = Array.CreateInstance(values.GetType().GetElementType()!, outer * count * inner);
        for (long i = 0; i < outer; i++)
        {
            Array.Copy(values, ((i * length) + first) * inner, taken, i * count * inner, count * inner);
        }

        return taken;
    }

    private static InferenceException DoesNotFit(string source, InputPlan plan, ModelInput tensor, string problem) =>
        new(
            InferenceErrorIds.TensorDoesNotFit,
            found: $"the tensor {tensor.Name} of {source} for the input {plan.Name}, but {problem}",
            expected: $"{plan.ElementType.OnnxName}{plan.Shape}, or several of them along the first axis"
        );
}
