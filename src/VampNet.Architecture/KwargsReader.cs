using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture;

/// <summary>
/// Reads the constructor arguments that audiotools saves under <c>metadata.kwargs</c>. Collects missing keys, so that
/// one refusal names them all, and remembers which keys nobody asked for.
/// </summary>
internal sealed class KwargsReader
{
    private const int MaxListLength = 64;

    private readonly Dictionary<string, MetadataValue> _values;
    private readonly string _place;
    private readonly string _model;
    private readonly IReadOnlyDictionary<string, string> _names;
    private readonly HashSet<string> _read = [];
    private readonly List<string> _missing = [];

    private KwargsReader(MetadataValue.Mapping kwargs, string place, string model, IReadOnlyDictionary<string, string>? names = null)
    {
        (_place, _model, _names) = (place, model, names ?? new Dictionary<string, string>());
        _values = new Dictionary<string, MetadataValue>();
        foreach ((string key, MetadataValue value) in kwargs.TextEntries)
        {
            _values[key] = value;
        }
    }

    public static KwargsReader Open(MetadataValue metadata, string name, string model) =>
        metadata["kwargs"] is MetadataValue.Mapping kwargs
            ? new KwargsReader(kwargs, $"{name}: metadata.kwargs", model)
            : throw new ArchitectureException(
                ArchitectureErrorIds.ConfigurationMissing,
                found: $"no metadata.kwargs in {name}",
                expected: $"the constructor arguments that upstream saves with a {model}",
                advice: "Give the whole checkpoint, not a bare state dict"
            );

    /// <summary>Reads settings that are kept elsewhere, under names of their own.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="place">Place of the arguments, for messages.</param>
    /// <param name="model">Name of the model that they describe.</param>
    /// <param name="names">Upstream's key to the key in <paramref name="settings"/>; a key that is not listed is the same.</param>
    public static KwargsReader Over(
        MetadataValue.Mapping settings,
        string place,
        string model,
        IReadOnlyDictionary<string, string> names
    ) => new(settings, place, model, names);

    public ArchitectureException Contradiction(string found, string expected) =>
        new(
            ArchitectureErrorIds.SettingsContradict,
            found: $"{found} in {_place}",
            expected: $"{expected}",
            advice: "The checkpoint is damaged or of another model"
        );

    public int Integer(string key, int least, int most) => Find(key) is { } value ? InRange(key, value, least, most) : Missing(key, least);

    public int OptionalInteger(string key, int absent, int least, int most) =>
        Find(key) is { } value and not MetadataValue.None ? InRange(key, value, least, most) : absent;

    public ImmutableArray<int> IntegerList(string key, int least, int most) =>
        Find(key) switch
        {
            null => [Missing(key, least)],
            MetadataValue.Sequence { Items: { Length: > 0 and <= MaxListLength } items } =>
            [
                .. items.Select(item => InRange(key, item, least, most)),
            ],
            { } value => throw Malformed(key, value, $"a list of 1 to {MaxListLength} integers"),
        };

    /// <summary>An integer, or a list that repeats one integer.</summary>
    public int UniformInteger(string key, int least, int most) =>
        Find(key) switch
        {
            null => Missing(key, least),
            MetadataValue.Sequence => IntegerList(key, least, most) is var list && list.All(item => item == list[0])
                ? list[0]
                : throw Unsupported(key, $"[{string.Join(", ", list)}]", "the same number for every codebook"),
            { } value => InRange(key, value, least, most),
        };

    public double OptionalReal(string key, double absent, double least, double most) =>
        Find(key) switch
        {
            null or MetadataValue.None => absent,
            MetadataValue.Real { Value: var real } when real >= least && real <= most => real,
            MetadataValue.Integer { Value: var integer } when (double)integer >= least && (double)integer <= most => (double)integer,
            { } value => throw Malformed(key, value, $"a number from {least} to {most}"),
        };

    public ImmutableSortedDictionary<string, int> OptionalIntegerMap(string key, int least, int most) =>
        Find(key) switch
        {
            null or MetadataValue.None => ImmutableSortedDictionary<string, int>.Empty,
            MetadataValue.Mapping map when map.Entries.All(entry => entry.Key is MetadataValue.Text) =>
                map.TextEntries.ToImmutableSortedDictionary(
                    entry => entry.Key,
                    entry => InRange($"{key}.{entry.Key}", entry.Value, least, most),
                    StringComparer.Ordinal
                ),
            { } value => throw Malformed(key, value, "None or a dict of integers"),
        };

    public void RequireIfPresent(string key, string only)
    {
        if (Find(key) is { } value && (value is not MetadataValue.Text { Value: var text } || text != only))
        {
            throw Unsupported(key, Describe(value), $"'{only}'");
        }
    }

    public void RequireIfPresent(string key, int only)
    {
        if (Find(key) is { } value && (value is not MetadataValue.Integer { Value: var number } || number != only))
        {
            throw Unsupported(key, Describe(value), $"{only}");
        }
    }

    /// <summary>Refuses when a key was missing; otherwise names the keys that were not read.</summary>
    public ImmutableArray<string> Finish() =>
        _missing.Count == 0
            ? [.. _values.Keys.Where(key => !_read.Contains(key))]
            : throw new ArchitectureException(
                ArchitectureErrorIds.ConfigurationIncomplete,
                found: $"{_place} without {string.Join(", ", _missing)}; it has "
                    + $"{(_values.Count == 0 ? "no keys" : string.Join(", ", _values.Keys))}",
                expected: $"the constructor arguments of a {_model}",
                advice: "Check that the file is not another kind of model"
            );

    private string NameOf(string key) => _names.GetValueOrDefault(key, key);

    private MetadataValue? Find(string key)
    {
        _read.Add(NameOf(key));
        return _values.GetValueOrDefault(NameOf(key));
    }

    private int Missing(string key, int placeholder)
    {
        _missing.Add(NameOf(key));
        return placeholder;
    }

    private int InRange(string key, MetadataValue value, int least, int most) =>
        value is MetadataValue.Integer { Value: var integer } && integer >= least && integer <= most
            ? (int)integer
            : throw Malformed(key, value, $"an integer from {least} to {most}");

    private ArchitectureException Malformed(string key, MetadataValue value, string expected) =>
        new(
            ArchitectureErrorIds.SettingMalformed,
            found: $"{Describe(value)} at {_place}.{NameOf(key)}",
            expected: $"{expected}",
            advice: "The checkpoint is damaged or of another model"
        );

    private ArchitectureException Unsupported(string key, string found, string expected) =>
        new(
            ArchitectureErrorIds.SettingUnsupported,
            found: $"{found} at {_place}.{NameOf(key)}",
            expected: $"{expected}: upstream supports no other value for models that can be converted"
        );

    private static string Describe(MetadataValue value) =>
        value switch
        {
            MetadataValue.Integer { Value: var integer } => integer.ToString(),
            MetadataValue.Real { Value: var real } => $"{real}",
            MetadataValue.Text { Value: var text } => $"'{(text.Length > 64 ? text[..64] + "..." : text)}'",
            MetadataValue.None => "None",
            _ => $"a {value.GetType().Name}",
        };
}
