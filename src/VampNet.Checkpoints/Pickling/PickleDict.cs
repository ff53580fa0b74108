namespace VampNet.Checkpoints.Pickling;

/// <summary>A dict or OrderedDict: insertion order, and a key set again keeps its place, as in Python.</summary>
internal sealed class PickleDict
{
    private readonly Dictionary<object, int> _places = [];
    private readonly List<KeyValuePair<object?, object?>> _entries = [];

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries;

    /// <summary>State that BUILD attached to an OrderedDict: PyTorch's <c>_metadata</c>, the version of each module.</summary>
    public object? Attributes { get; set; }

    public void Set(object? key, object? value)
    {
        object place = key ?? DBNull.Value;
        if (_places.TryGetValue(place, out int index))
        {
            _entries[index] = new(key, value);
            return;
        }

        _places.Add(place, _entries.Count);
        _entries.Add(new(key, value));
    }

    public bool TryGet(string key, out object? value)
    {
        bool has = _places.TryGetValue(key, out int index);
        value = has ? _entries[index].Value : null;
        return has;
    }
}
