namespace VampNet.Onnx.OpsetConversion;

/// <summary>The small constants that take the place of attributes: initializers of the main graph, one for equal contents, which nodes of
/// every subgraph may read.</summary>
/// <param name="main">The main graph.</param>
internal sealed class SharedConstants(Graph main)
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);

    /// <summary>Returns the constant with these contents, creating it if needed.</summary>
    /// <param name="nameWish">The wished name of a new constant.</param>
    /// <param name="data">The contents.</param>
    public Value Get(string nameWish, TensorData data)
    {
        string key = $"{data}:{Convert.ToHexString(data.ToBytes())}";
        if (!_values.TryGetValue(key, out Value? value) || value.Constant is null)
        {
            _values[key] = value = main.AddInitializer(main.FreshName(nameWish), data);
        }

        return value;
    }
}
