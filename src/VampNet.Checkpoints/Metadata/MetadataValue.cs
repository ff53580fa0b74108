using System.Collections.Immutable;
using System.Numerics;

namespace VampNet.Checkpoints.Metadata;

/// <summary>One value of a checkpoint's metadata: a plain tree, whatever Python object it was. Immutable.</summary>
public abstract record MetadataValue
{
    private protected MetadataValue() { }

    /// <summary>The kind of Python container that a <see cref="Sequence"/> was.</summary>
    public enum SequenceKind
    {
        /// <summary>A list.</summary>
        List,

        /// <summary>A tuple or a torch.Size.</summary>
        Tuple,

        /// <summary>A set or frozenset, in the order written.</summary>
        Set,
    }

    /// <summary>A mapping without entries.</summary>
    public static Mapping EmptyMapping { get; } = new([]);

    /// <summary>The entry with this text key; null when this is no mapping or has no such key.</summary>
    public MetadataValue? this[string key]
    {
        get
        {
            foreach (KeyValuePair<MetadataValue, MetadataValue> entry in this is Mapping mapping ? mapping.Entries : [])
            {
                if (entry.Key is Text text && text.Value == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The value of an integer, which a numpy integer is too.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else, or does not fit.</exception>
    public long AsInt64() =>
        this is Integer { Value: var value } && value >= long.MinValue && value <= long.MaxValue
            ? (long)value
            : throw NotA("an integer of 64 bits");

    /// <summary>The value of an integer that fits 32 bits.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else, or does not fit.</exception>
    public int AsInt32() =>
        this is Integer { Value: var value } && value >= int.MinValue && value <= int.MaxValue
            ? (int)value
            : throw NotA("an integer of 32 bits");

    /// <summary>The value of a real number or an integer.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else.</exception>
    public double AsDouble() =>
        this switch
        {
            Real { Value: var value } => value,
            Integer { Value: var value } => (double)value,
            _ => throw NotA("a number"),
        };

    /// <summary>The value of a boolean.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else.</exception>
    public bool AsBoolean() => this is Boolean { Value: var value } ? value : throw NotA("True or False");

    /// <summary>The value of a text.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else.</exception>
    public string AsText() => this is Text { Value: var value } ? value : throw NotA("a text");

    /// <summary>The items of a list, tuple or set.</summary>
    /// <exception cref="CheckpointException">VNC0701: it is something else.</exception>
    public ImmutableArray<MetadataValue> AsSequence() => this is Sequence { Items: var items } ? items : throw NotA("a list or a tuple");

    private CheckpointException NotA(string expected) =>
        new(CheckpointErrorIds.MetadataKind, $"the metadata value {MetadataJson.Excerpt(this)}", expected);

    /// <summary>Python's None.</summary>
    public sealed record None : MetadataValue;

    /// <summary>True or False.</summary>
    public sealed record Boolean(bool Value) : MetadataValue;

    /// <summary>An integer of any size.</summary>
    public sealed record Integer(BigInteger Value) : MetadataValue;

    /// <summary>A float; a numpy float is widened to binary64.</summary>
    public sealed record Real(double Value) : MetadataValue;

    /// <summary>A str, or the text of a torch.device.</summary>
    public sealed record Text(string Value) : MetadataValue;

    /// <summary>A bytes object.</summary>
    public sealed record Bytes(ImmutableArray<byte> Value) : MetadataValue;

    /// <summary>A list, tuple or set.</summary>
    public sealed record Sequence(SequenceKind Kind, ImmutableArray<MetadataValue> Items) : MetadataValue;

    /// <summary>A dict, in insertion order. Keys may be of any kind.</summary>
    public sealed record Mapping(ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>> Entries) : MetadataValue
    {
        /// <summary>The entries whose keys are texts.</summary>
        public IEnumerable<KeyValuePair<string, MetadataValue>> TextEntries =>
            Entries.Where(entry => entry.Key is Text).Select(entry => KeyValuePair.Create(((Text)entry.Key).Value, entry.Value));
    }

    /// <summary>A tensor that lies in metadata.</summary>
    public sealed record Tensor(CheckpointTensor Value) : MetadataValue;

    /// <summary>An object of a class this library does not know, or a class or function itself: its full Python name, and nothing
    /// else.</summary>
    public sealed record Opaque(string Global) : MetadataValue;
}
