using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Plans the inputs of a graph from the user's specifications, the graph's declarations, and the nodes that read them.</summary>
internal static class InputPlanner
{
    /// <summary>Names of inputs whose elements are lengths of other inputs.</summary>
    private static readonly ImmutableArray<string> LengthNames = ["length", "lengths", "len", "lens", "seqlen"];

    /// <summary>Plans the inputs of a graph, in their order.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="specs">The user's specifications.</param>
    /// <param name="id">The error's id where an input cannot be made up.</param>
    /// <exception cref="InferenceException">The id given: an input is of a type or rank that cannot be made up. VNI0342: a specification
    /// contradicts the graph.</exception>
    public static InputPlanSet Plan(Model model, ImmutableArray<InputSpec> specs, string id)
    {
        Value[] inputs = [.. model.Graph.Inputs.Where(input => input.Constant is null)];
        RequireNamed(specs, inputs);
        Dictionary<string, long> lengths = [];
        LetterChooser letters = new(inputs);
        List<(InputPlan Plan, InputFacts Facts)> plans = [];
        foreach (Value input in inputs)
        {
            InputSpec? spec = specs.LastOrDefault(spec => spec.Name == input.Name);
            RequireKnown(input, spec, id);
            InputFacts facts = InputFactFinder.Find(input);
            TensorShape shape = ShapeOf(input, spec, facts, letters, lengths);
            ElementType type = spec?.Type ?? input.TensorType!.ElementType;
            plans.Add((new InputPlan(input.Name, type, shape) { Range = spec?.Range, IsGiven = spec?.Range is not null }, facts));
        }

        return new InputPlanSet([.. plans.Select(each => WithContents(each.Plan, each.Facts, plans))], lengths);
    }

    private static void RequireNamed(ImmutableArray<InputSpec> specs, Value[] inputs)
    {
        if (specs.FirstOrDefault(spec => inputs.All(input => input.Name != spec.Name)) is { } unknown)
        {
            throw Contradicts(
                unknown,
                $"the graph has no input {unknown.Name}; its inputs are {string.Join(", ", inputs.Select(input => input.Name))}"
            );
        }
    }

    private static void RequireKnown(Value input, InputSpec? spec, string id)
    {
        if (input.TensorType is not { } tensor)
        {
            string kind = input.Type is null ? "no type" : $"{input.Type}, which is no tensor";
            throw new InferenceException(
                id,
                found: $"the input {input.Name} of {kind}",
                expected: "a tensor of numbers or booleans: sequences and optionals cannot be made up"
            );
        }

        if (tensor.ElementType == ElementType.String)
        {
            throw new InferenceException(
                id,
                found: $"the input {input}, which takes strings",
                expected: "numbers or booleans: text that means something to the graph cannot be made up",
                advice: "Cut the graph behind its tokenizer"
            );
        }

        if (!ElementArrays.IsSupported(spec?.Type ?? tensor.ElementType))
        {
            throw new InferenceException(
                id,
                found: $"the input {input}",
                expected: "numbers of 8 to 64 bits or booleans: ONNX Runtime takes no other tensors from a program"
            );
        }

        if (spec?.Type is { } said && tensor.ElementType != ElementType.Undefined && said != tensor.ElementType)
        {
            throw Contradicts(spec, $"the graph declares {tensor.ElementType.OnnxName}");
        }

        if (tensor.Shape is null && spec?.Axes is null)
        {
            throw new InferenceException(
                id,
                found: $"the input {input}, whose number of axes is not declared",
                expected: "a known rank",
                advice: $"Give it, for example --input {input.Name}:[1,3,H=224,W=224]"
            );
        }
    }

    private static TensorShape ShapeOf(
        Value input,
        InputSpec? spec,
        InputFacts facts,
        LetterChooser letters,
        Dictionary<string, long> lengths
    )
    {
        TensorShape? declared = input.TensorType!.Shape;
        if (spec?.Axes is not { } axes)
        {
            return letters.Name(input, declared!, facts);
        }

        if (declared is not null && declared.Rank != axes.Length)
        {
            throw Contradicts(spec, $"the graph declares {declared.Rank} axes, {declared}");
        }

        TensorShape named = declared is null ? TensorShape.OfRank(axes.Length) : declared;
        Dim[] dims = new Dim[axes.Length];
        for (int axis = 0; axis < dims.Length; axis++)
        {
            (string? letter, long? length) = (axes[axis].Letter, axes[axis].Length);
            if (named[axis].TryGetConstant(out long constant) && length is { } said && said != constant)
            {
                throw Contradicts(spec, $"the graph declares {constant} for axis {axis}");
            }

            dims[axis] =
                named[axis].IsConstant ? named[axis]
                : letter is not null ? Dim.Symbol(letter)
                : length is { } number ? Dim.Of(number)
                : named[axis];
            if (length is { } given)
            {
                // Other inputs share the graph's letter, and the person's.
                if (letter is not null)
                {
                    Fix(letter, given, spec, lengths);
                }

                if (
                    named[axis] is { IsUnknown: false }
                    && named[axis].Letters is [var own]
                    && named[axis] == Dim.Symbol(own)
                    && own != letter
                )
                {
                    Fix(own, given, spec, lengths);
                }
            }
        }

        return letters.Name(input, new TensorShape(dims), facts);
    }

    private static void Fix(string letter, long length, InputSpec spec, Dictionary<string, long> lengths)
    {
        if (lengths.TryGetValue(letter, out long other) && other != length)
        {
            throw Contradicts(spec, $"{letter} is {other} in another specification, or at another axis");
        }

        lengths[letter] = length;
    }

    private static InputPlan WithContents(InputPlan plan, InputFacts facts, List<(InputPlan Plan, InputFacts Facts)> all)
    {
        if (plan.IsGiven)
        {
            return plan with { Reason = "given" };
        }

        if (LengthOf(plan, facts, all) is { } length)
        {
            return plan with { LengthOf = length, Reason = "length of the data" };
        }

        bool isWhole = plan.ElementType.IsInteger || plan.ElementType == ElementType.Bool;
        if (isWhole && facts.Rows is { } rows)
        {
            return plan with { Range = new InputRange(0, rows - 1), Reason = $"rows of {facts.Table}" };
        }

        if (IsNamed(plan.Name, "mask"))
        {
            return plan with { IsMask = true, Reason = "by its name" };
        }

        if (isWhole && plan.Shape.ElementCount.Is(1) && !facts.IsComputedWith && facts.Compared is [var first, ..])
        {
            return plan with { Range = new InputRange(first, first), Reason = "the number it is compared with" };
        }

        return plan.ElementType is ElementType.UInt8 or ElementType.Int8 && plan.Shape.Rank > 2
            ? plan with
            {
                Range = ElementArrays.Extremes(plan.ElementType),
                Reason = "an image's whole range",
            }
            : plan;
    }

    // From a recurrent operator, or an integer scalar or row of a name that says so: then the length is that of the data's last open axis.
    private static Dim? LengthOf(InputPlan plan, InputFacts facts, List<(InputPlan Plan, InputFacts Facts)> all)
    {
        if (!plan.ElementType.IsInteger || plan.Shape.Rank > 1)
        {
            return null;
        }

        if (
            facts.LengthOf is { HasUnknown: false } stated
            && stated.Letters.All(letter => all.Any(each => each.Plan.Letters.Contains(letter)))
        )
        {
            return stated;
        }

        string[] words = plan.Name.ToLowerInvariant().Split('_', '.', '/', ':', '-');
        if (facts.Rows is not null || !words.Any(word => LengthNames.Contains(word)))
        {
            return null;
        }

        InputPlan? data = all.Select(each => each.Plan).FirstOrDefault(other => other.Shape.Rank > 1);
        return data?.Shape.Skip(1).LastOrDefault(dim => !dim.IsConstant) ?? data?.Shape[^1];
    }

    private static bool IsNamed(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static InferenceException Contradicts(InputSpec spec, string reason) =>
        new(
            InferenceErrorIds.InputSpecInvalid,
            found: $"the input specification {spec}, but {reason}",
            expected: "a specification that agrees with the graph; vampnet inspect shows its inputs",
            advice: "Leave out what the graph declares itself"
        );
}
