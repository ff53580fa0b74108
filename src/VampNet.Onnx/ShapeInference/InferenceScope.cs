namespace VampNet.Onnx.ShapeInference;

/// <summary>The facts of one graph and its subgraphs, or of one call of a function.</summary>
/// <param name="opsets">The operator sets in force, by domain.</param>
/// <param name="parameters">The attributes that a call binds to the function's parameters; null outside of functions.</param>
/// <param name="depth">Number of functions and subgraphs around this one.</param>
internal sealed class InferenceScope(IReadOnlyDictionary<string, int> opsets, IReadOnlyDictionary<string, Attribute>? parameters, int depth)
{
    private readonly Dictionary<Value, Fact> _facts = [];

    public IReadOnlyDictionary<Value, Fact> Facts => _facts;

    public IReadOnlyDictionary<string, int> Opsets => opsets;

    public IReadOnlyDictionary<string, Attribute>? Parameters => parameters;

    public bool IsFunction => parameters is not null;

    public int Depth { get; set; } = depth;

    public Fact? this[Value key]
    {
        get => _facts.GetValueOrDefault(key);
        set => _facts[key] = value ?? Fact.Nothing;
    }

    /// <summary>The version of a domain's operators; the newest when the model does not say.</summary>
    public int VersionOf(string domain) =>
        opsets.TryGetValue(domain, out int version) || (domain.Length == 0 && opsets.TryGetValue("ai.onnx", out version))
            ? version
            : int.MaxValue;
}
