namespace VampNet.Onnx.Serialization;

/// <summary>The names in scope while a graph is read, node by node.</summary>
internal sealed class NameScope(Graph graph, NameScope? outer)
{
    private readonly Dictionary<string, Value> _visible = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> _announced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> _dangling = outer?._dangling ?? new(StringComparer.Ordinal);

    /// <summary>A new input of the graph.</summary>
    public Value Define(string name) => _visible[name] = new Value(name, graph);

    /// <summary>The input of that name when it has no default yet, or else a new value.</summary>
    public Value DefineInitializer(string name) =>
        _visible.TryGetValue(name, out Value? input) && input.IsGraphInput && input.Constant is null && input.SparseConstant is null
            ? input
            : Define(name);

    /// <summary>A new result of a node that may come later.</summary>
    public Value Announce(string name)
    {
        Value value = new(name, graph);
        _announced.TryAdd(name, value);
        return value;
    }

    /// <summary>Makes a result visible to the nodes that follow.</summary>
    public void Arrive(Value value) => _visible[value.Name] = value;

    /// <summary>The value of this very graph that has the name, or null.</summary>
    public Value? FindLocal(string name) => _visible.GetValueOrDefault(name);

    /// <summary>Resolves a name at this point: null for an empty name, a value without an owner if nothing defines it.</summary>
    public Value? Resolve(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        Value? value = Find(name, scope => scope._visible) ?? Find(name, scope => scope._announced);
        if (value is null && !_dangling.TryGetValue(name, out value))
        {
            _dangling.Add(name, value = new Value(name, null));
        }

        return value;
    }

    private Value? Find(string name, Func<NameScope, Dictionary<string, Value>> select)
    {
        for (NameScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (select(scope).TryGetValue(name, out Value? value))
            {
                return value;
            }
        }

        return null;
    }

    private NameScope? Outer { get; } = outer;
}
