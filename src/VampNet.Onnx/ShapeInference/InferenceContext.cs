using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference;

/// <summary>The view of an inference rule on one node: facts of its inputs, its attributes, and setters for its outputs.</summary>
/// <param name="engine">The engine, which infers subgraphs.</param>
/// <param name="scope">The known facts.</param>
/// <param name="node">The node.</param>
/// <param name="version">The version of the operator's domain.</param>
/// <param name="forgetsInputElements">Whether lengths and elements that come from elements of the model's inputs are unknown, because their
/// expressions grow too long.</param>
internal sealed class InferenceContext(
    InferenceEngine engine,
    InferenceScope scope,
    Node node,
    int version,
    bool forgetsInputElements = false
)
{
    private readonly Fact?[] _outputs = new Fact?[node.Outputs.Count];

    public Node Node => node;

    /// <summary>The version of the operator's domain.</summary>
    public int Version => version;

    public int InputCount => node.Inputs.Count;

    public int OutputCount => node.Outputs.Count;

    /// <summary>The facts that the rule set, by output; null where it set none.</summary>
    public IReadOnlyList<Fact?> Outputs => _outputs;

    /// <summary>Whether the input is given.</summary>
    public bool Has(int input) => node.Input(input) is not null;

    /// <summary>The facts of a given input.</summary>
    /// <exception cref="OnnxException">The input is left out.</exception>
    public Fact FactOf(int input) =>
        node.Input(input) is { } value
            ? FactOf(value) ?? new Fact(value.Type)
            : throw Refuse(InferenceDiagnosticIds.InputMissing, $"no input {input}", "one", "Connect it");

    /// <summary>The facts of a visible value; null if there are none.</summary>
    public Fact? FactOf(Value? value) =>
        value is null ? null
        : forgetsInputElements ? scope[value]?.WithoutInputElements()
        : scope[value];

    public ValueType? TypeOf(int input) => FactOf(input).Type;

    /// <summary>The element type of a tensor; <see cref="ElementType.Undefined"/> when not known.</summary>
    public ElementType ElementOf(int input) =>
        TypeOf(input) switch
        {
            null => ElementType.Undefined,
            TensorType tensor => tensor.ElementType,
            SparseTensorType tensor => tensor.ElementType,
            var other => throw RefuseKind(input, other, "a tensor"),
        };

    /// <summary>The shape of a tensor; null when its rank is not known.</summary>
    public TensorShape? ShapeOf(int input) =>
        TypeOf(input) switch
        {
            null => null,
            TensorType tensor => tensor.Shape,
            SparseTensorType tensor => tensor.Shape,
            var other => throw RefuseKind(input, other, "a tensor"),
        };

    /// <summary>The shape of a tensor whose rank must lie within a range.</summary>
    public TensorShape? ShapeOf(int input, int minRank, int maxRank = int.MaxValue)
    {
        TensorShape? shape = ShapeOf(input);
        if (shape is null || (shape.Rank >= minRank && shape.Rank <= maxRank))
        {
            return shape;
        }

        string expected =
            minRank == maxRank ? $"rank {minRank}"
            : maxRank == int.MaxValue ? $"rank {minRank} or more"
            : $"rank {minRank} to {maxRank}";
        throw Refuse(InferenceDiagnosticIds.RankMismatch, $"{Label(input)} of shape {shape}", expected, "Correct the node before it");
    }

    /// <summary>The elements of an integer or bool input, where they are known. The input may be left out.</summary>
    public SymbolicTensor? ElementsOf(int input) => Has(input) ? FactOf(input).Elements : null;

    /// <summary>The only element of an input, where it is known.</summary>
    public Dim? ScalarOf(int input) => ElementsOf(input)?.Single;

    /// <summary>The elements of a vector of lengths, one Dim each, new unknowns for those not known; null when not even the number is
    /// known.</summary>
    public ImmutableArray<Dim?>? VectorOf(int input)
    {
        if (ElementsOf(input) is { } elements)
        {
            return elements.Elements;
        }

        if (ShapeOf(input, 0, 1) is not { } shape)
        {
            return null;
        }

        return shape.ElementCount.TryGetConstant(out long count) && count is >= 0 and <= SymbolicTensor.MaxElements
            ? ImmutableArray.CreateRange(Enumerable.Repeat<Dim?>(null, (int)count))
            : null;
    }

    /// <summary>The contents of a constant input.</summary>
    public TensorData? ConstantOf(int input) => Has(input) ? FactOf(input).Constant : null;

    /// <summary>The numbers of a short constant input of real elements.</summary>
    public double[]? NumbersOf(int input) =>
        ConstantOf(input) is { ElementCount: <= SymbolicTensor.MaxElements } data ? data.ToDoubles() : null;

    /// <summary>The attribute of that name, with references to function parameters followed.</summary>
    public Attribute? Find(string name)
    {
        Attribute? attribute = node.Attributes[name];
        return attribute?.Reference is { } parameter ? scope.Parameters?.GetValueOrDefault(parameter) : attribute;
    }

    public long Int(string name, long otherwise) => Find(name)?.Int ?? otherwise;

    public bool Flag(string name, bool otherwise = false) => Int(name, otherwise ? 1 : 0) != 0;

    public ImmutableArray<long>? Ints(string name) => Find(name)?.Ints;

    public string Text(string name, string otherwise) => Find(name)?.String ?? otherwise;

    /// <summary>The element type that an attribute names by number.</summary>
    public ElementType ElementTypeAttribute(string name, ElementType otherwise)
    {
        long number = Int(name, (long)otherwise);
        var type = (ElementType)Math.Clamp(number, -1, int.MaxValue);
        return type == otherwise || type.IsKnown
            ? type
            : throw RefuseParameter($"the attribute '{name}' = {number}", "the number of an element type");
    }

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank, string name = "axis") =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw RefuseParameter($"'{name}' = {axis}", $"-{rank} to {rank - 1} for the rank {rank}");

    /// <summary>Several axes counted from the front, each named once.</summary>
    public int[] Axes(IEnumerable<long> axes, int rank)
    {
        int[] found = axes.Select(axis => Axis(axis, rank, "axes")).ToArray();
        return found.Distinct().Count() == found.Length
            ? found
            : throw RefuseParameter($"'axes' = {string.Join(", ", found)}", "each axis once");
    }

    public void Set(int output, ElementType elementType, TensorShape? shape, SymbolicTensor? elements = null) =>
        Set(output, new Fact(new TensorType(elementType, shape), elements?.As(elementType)));

    public void Set(int output, ValueType? type) => Set(output, new Fact(type));

    public void Set(int output, Fact fact)
    {
        if (output < _outputs.Length)
        {
            _outputs[output] = fact;
        }
    }

    /// <summary>Makes an output like an input in element type and shape.</summary>
    public void SetLike(int output, int input) => Set(output, ElementOf(input), ShapeOf(input));

    /// <summary>Infers a subgraph of the node for the given inputs.</summary>
    /// <param name="attribute">The attribute that holds it.</param>
    /// <param name="inputs">The facts of its inputs.</param>
    /// <param name="isSilent">Whether to report no contradictions: for graphs that do not run, and for trials.</param>
    /// <returns>The facts of its outputs.</returns>
    public IReadOnlyList<Fact> InferSubgraph(string attribute, IReadOnlyList<Fact> inputs, bool isSilent = false)
    {
        Graph graph =
            Find(attribute)?.Graph
            ?? throw Refuse(InferenceDiagnosticIds.SubgraphMismatch, $"no attribute '{attribute}'", "a subgraph", "Add it");
        if (graph.Inputs.Count != inputs.Count)
        {
            throw Refuse(
                InferenceDiagnosticIds.SubgraphMismatch,
                $"{graph.Inputs.Count} inputs of the subgraph '{attribute}'",
                $"{inputs.Count}",
                "Correct the subgraph"
            );
        }

        return engine.InferSubgraph(scope, node, graph, inputs, isSilent);
    }

    /// <summary>Requires that a subgraph returns as many results as the node has outputs.</summary>
    public void NeedOutputs(int returned)
    {
        if (returned == OutputCount)
        {
            return;
        }

        throw Refuse(
            InferenceDiagnosticIds.SubgraphMismatch,
            $"{returned} results of the subgraph",
            $"{OutputCount}, the node's outputs",
            "Make the node and its subgraph agree"
        );
    }

    /// <summary>The one element type of several inputs.</summary>
    /// <exception cref="OnnxException">They differ.</exception>
    public ElementType CommonElement(params ReadOnlySpan<int> inputs)
    {
        ElementType common = ElementType.Undefined;
        foreach (int input in inputs)
        {
            ElementType element = ElementOf(input);
            if (common == ElementType.Undefined)
            {
                common = element;
            }

            if (element == common || element == ElementType.Undefined)
            {
                continue;
            }

            throw Refuse(
                InferenceDiagnosticIds.ElementTypeMismatch,
                $"{Label(input)} of {element.OnnxName}",
                $"{common.OnnxName} as before it",
                "Insert a Cast"
            );
        }

        return common;
    }

    /// <summary>Requires that a length can be a number.</summary>
    public void NeedLength(Dim length, long expected, string what)
    {
        if (length.IsConstant && !length.Is(expected))
        {
            throw RefuseLength($"{what} of length {length}", $"{expected}");
        }
    }

    /// <summary>Requires that two lengths can be equal.</summary>
    /// <returns>The better known of the two.</returns>
    public Dim SameLength(Dim left, Dim right, string what)
    {
        if (left.IsConstant && right.IsConstant && left != right)
        {
            throw RefuseLength($"the lengths {left} and {right} of {what}", "equal lengths");
        }

        return TypeMerger.BetterKnown(left, right);
    }

    /// <summary>Requires that a length is not negative.</summary>
    public Dim Natural(Dim length, string what) =>
        length.TryGetConstant(out long number) && number < 0 ? throw RefuseLength($"{what} of length {number}", "0 or more") : length;

    public OnnxException RefuseParameter(string found, string expected) =>
        Refuse(InferenceDiagnosticIds.ParameterInvalid, found, expected, "Correct the node");

    public OnnxException RefuseLength(string found, string expected) =>
        Refuse(InferenceDiagnosticIds.LengthMismatch, found, expected, "Correct the node or the ones before it");

    public OnnxException RefuseKind(int input, ValueType? found, string expected) =>
        Refuse(InferenceDiagnosticIds.KindMismatch, $"{Label(input)} of type {found}", expected, "Connect another value");

    public OnnxException Refuse(string id, string found, string expected, string advice) =>
        new(id, $"Found {found} at {node.Describe()}. Expected {expected}. {advice}.");

    private string Label(int input) => $"input {input} '{node.Input(input)?.Name}'";
}
