using VampNet.Onnx.OpsetConversion.Rules;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>Rewrites a node across the opset that changed its operator's definition, in place.</summary>
/// <exception cref="OnnxException">No node of the other version computes the same (<see
/// cref="DiagnosticIds.OpsetNotConvertible"/>).</exception>
internal delegate void NodeRewrite(NodeConversion conversion);

/// <summary>The rewrites for operators whose definition changed at an opset. Every other change of version extends an operator, and
/// <see cref="VersionCheck"/> says whether a node fits both.</summary>
internal sealed class ConversionRules
{
    private readonly Dictionary<(string OpType, int Version), (NodeRewrite Up, NodeRewrite? Down)> _rules = [];

    private ConversionRules()
    {
        LegacyRules.Register(this);
        AxesRules.Register(this);
        SoftmaxRules.Register(this);
        ResizeRules.Register(this);
        SliceRules.Register(this);
        BoundRules.Register(this);
        SplitRules.Register(this);
        DropoutRules.Register(this);
        NormalizationRules.Register(this);
        SamplingRules.Register(this);
        OperandTypeRules.Register(this);
    }

    /// <summary>All rules.</summary>
    public static ConversionRules Default { get; } = new();

    /// <summary>The operators and versions that have a rule.</summary>
    public IEnumerable<(string OpType, int Version)> Keys => _rules.Keys;

    /// <summary>Adds a rule.</summary>
    /// <param name="opType">The operator as older opsets name it.</param>
    /// <param name="version">The opset that changed the definition.</param>
    /// <param name="up">From the older version to this one.</param>
    /// <param name="down">From this version to the older; null when that is always refused.</param>
    public void Add(string opType, int version, NodeRewrite up, NodeRewrite? down = null) => _rules.Add((opType, version), (up, down));

    /// <summary>The rule for an operator at a version; null when there is none.</summary>
    public (NodeRewrite Up, NodeRewrite? Down)? Find(string opType, int version) =>
        _rules.TryGetValue((opType, version), out (NodeRewrite Up, NodeRewrite? Down) rule) ? rule : null;
}
