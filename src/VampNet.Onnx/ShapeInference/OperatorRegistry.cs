using VampNet.Onnx.ShapeInference.Operators;

namespace VampNet.Onnx.ShapeInference;

/// <summary>Sets the types of a node's outputs from the facts of its inputs.</summary>
/// <exception cref="OnnxException">The node contradicts the operator's specification.</exception>
internal delegate void OperatorInference(InferenceContext context);

/// <summary>The inference rules, by domain, operator and the first version they apply to.</summary>
internal sealed class OperatorRegistry
{
    private readonly Dictionary<(string Domain, string OpType), List<(int Since, OperatorInference Rule)>> _rules = [];

    private OperatorRegistry()
    {
        ElementwiseInference.Register(this);
        BroadcastInference.Register(this);
        RoundingInference.Register(this);
        ConversionInference.Register(this);
        ConstantInference.Register(this);
        RandomInference.Register(this);
        ShapeQueryInference.Register(this);
        ReshapeInference.Register(this);
        AxisInference.Register(this);
        ExpandInference.Register(this);
        ConcatInference.Register(this);
        SplitInference.Register(this);
        SliceInference.Register(this);
        PadInference.Register(this);
        GatherInference.Register(this);
        ScatterInference.Register(this);
        RangeInference.Register(this);
        SelectionInference.Register(this);
        ReductionInference.Register(this);
        MatMulInference.Register(this);
        EinsumInference.Register(this);
        ConvolutionInference.Register(this);
        ConvTransposeInference.Register(this);
        PoolingInference.Register(this);
        RegionInference.Register(this);
        ResizeInference.Register(this);
        ImageInference.Register(this);
        NormalizationInference.Register(this);
        AttentionInference.Register(this);
        RecurrentInference.Register(this);
        LossInference.Register(this);
        SignalInference.Register(this);
        TextInference.Register(this);
        QuantizationInference.Register(this);
        IfInference.Register(this);
        LoopInference.Register(this);
        ScanInference.Register(this);
        SequenceInference.Register(this);
        OptionalInference.Register(this);
        TrainingInference.Register(this);
        OnnxRuntimeInference.Register(this);
        OnnxRuntimeModelInference.Register(this);
        MachineLearningInference.Register(this);
    }

    /// <summary>Every registered rule.</summary>
    public static OperatorRegistry Default { get; } = new();

    /// <summary>The operators that have a rule, with the first version of each rule.</summary>
    public IEnumerable<(string Domain, string OpType, int Since)> Entries =>
        _rules.SelectMany(static entry => entry.Value.Select(version => (entry.Key.Domain, entry.Key.OpType, version.Since)));

    /// <summary>Adds one rule for operators of ai.onnx, in force since their first version.</summary>
    public void Add(OperatorInference rule, params ReadOnlySpan<string> opTypes)
    {
        foreach (string opType in opTypes)
        {
            Add(opType, 1, rule);
        }
    }

    /// <summary>Adds a rule in force since a version of the domain.</summary>
    public void Add(string opType, int since, OperatorInference rule, string domain = "")
    {
        if (!_rules.TryGetValue((domain, opType), out List<(int Since, OperatorInference Rule)>? versions))
        {
            _rules[(domain, opType)] = versions = [];
        }

        versions.Add((since, rule));
    }

    /// <summary>The newest rule that is not newer than <paramref name="version"/>; null when there is none.</summary>
    public OperatorInference? Find(string domain, string opType, int version) =>
        _rules.TryGetValue((domain == "ai.onnx" ? "" : domain, opType), out List<(int Since, OperatorInference Rule)>? versions)
            ? versions.Where(entry => entry.Since <= version).OrderBy(static entry => entry.Since).LastOrDefault().Rule
            : null;
}
