using System.Collections.Immutable;
using System.Numerics;
using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints.Metadata;

/// <summary>Turns unpickled values into metadata. Shared parts stay shared; cycles, deep nesting, and sharing that would expand too far are
/// refused.</summary>
internal sealed class MetadataReader(CheckpointLimits limits, Func<string, TensorReference, CheckpointTensor> bindTensor)
{
    private const int ExcerptLength = 40;
    private readonly Dictionary<object, Part?> _containers = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<string> _path = [];

    /// <summary>A value, and how many values it is when every shared part is counted each time. Long texts and bytes count more.</summary>
    private readonly record struct Part(MetadataValue Value, long Size);

    /// <summary>Reads one value.</summary>
    /// <param name="value">Value that the pickle holds.</param>
    /// <param name="name">Name of the value, for messages and for the names of tensors.</param>
    /// <exception cref="CheckpointException">VNC0409: the value is nested too deeply, holds itself, or is too large when written
    /// out.</exception>
    public MetadataValue Read(object? value, string name) => ReadAt(name, value).Value;

    private string Path => string.Join('.', _path.Reverse());

    private Part ReadAt(string segment, object? value)
    {
        _path.Push(segment.Length <= ExcerptLength ? segment : $"{segment[..ExcerptLength]}...");
        Part part = Read(value);
        _path.Pop();
        return part;
    }

    private Part Read(object? value) =>
        value switch
        {
            null => new(new MetadataValue.None(), 1),
            bool boolean => new(new MetadataValue.Boolean(boolean), 1),
            long integer => new(new MetadataValue.Integer(integer), 1),
            BigInteger integer => new(new MetadataValue.Integer(integer), 1),
            double real => new(new MetadataValue.Real(real), 1),
            string text => new(new MetadataValue.Text(text), 1 + text.Length / 64),
            byte[] bytes => new(new MetadataValue.Bytes([.. bytes]), 1 + bytes.Length / 64),
            TensorReference tensor => new(new MetadataValue.Tensor(bindTensor(Path, tensor)), 1),
            PickleGlobal global => new(new MetadataValue.Opaque(global.FullName), 1),
            PickleInstance instance => new(new MetadataValue.Opaque(instance.Type.FullName), 1),
            StorageReference => new(new MetadataValue.Opaque("torch.Storage"), 1),
            NumpyType type => new(new MetadataValue.Opaque($"numpy.{type.Code}"), 1),
            _ => ReadContainer(value),
        };

    private Part ReadContainer(object container)
    {
        if (_containers.TryGetValue(container, out Part? known))
        {
            return known ?? throw Refused("holds itself", "containers that do not hold themselves");
        }

        if (_path.Count > limits.Depth)
        {
            throw Refused($"lies within {_path.Count - 1} others", $"at most {limits.Depth} levels");
        }

        _containers[container] = null;
        long size = 1;
        MetadataValue value = container switch
        {
            PickleDict dict => new MetadataValue.Mapping(ReadEntries(dict.Entries, ref size)),
            PickleList list => new MetadataValue.Sequence(MetadataValue.SequenceKind.List, ReadItems(list.Items, ref size)),
            PickleTuple tuple => new MetadataValue.Sequence(MetadataValue.SequenceKind.Tuple, ReadItems(tuple.Items, ref size)),
            PickleSet set => new MetadataValue.Sequence(MetadataValue.SequenceKind.Set, ReadItems(set.Items, ref size)),
            _ => throw new InvalidOperationException($"No metadata for {container.GetType().Name}."),
        };
        Part part = new(value, size);
        _containers[container] = part;
        return part;
    }

    private ImmutableArray<MetadataValue> ReadItems(IReadOnlyList<object?> items, ref long size)
    {
        ImmutableArray<MetadataValue>.Builder values = ImmutableArray.CreateBuilder<MetadataValue>(items.Count);
        foreach (object? item in items)
        {
            values.Add(Count(ReadAt($"{values.Count}", item), ref size));
        }

        return values.MoveToImmutable();
    }

    private ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>> ReadEntries(
        IReadOnlyList<KeyValuePair<object?, object?>> entries,
        ref long size
    )
    {
        ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>>.Builder values = ImmutableArray.CreateBuilder<
            KeyValuePair<MetadataValue, MetadataValue>
        >(entries.Count);
        foreach ((object? key, object? value) in entries)
        {
            MetadataValue name = Count(ReadAt("key", key), ref size);
            values.Add(new(name, Count(ReadAt(name is MetadataValue.Text text ? text.Value : "value", value), ref size)));
        }

        return values.MoveToImmutable();
    }

    private MetadataValue Count(Part part, ref long size)
    {
        size += part.Size;
        return size <= limits.MetadataValues
            ? part.Value
            : throw Refused($"holds more than {limits.MetadataValues} values when shared parts are written out", "the settings of a model");
    }

    private CheckpointException Refused(string found, string expected) =>
        new(
            CheckpointErrorIds.NestingTooDeep,
            $"a container at {Path} that {found}",
            expected,
            "The file was made to exhaust its reader, or holds data that is no metadata"
        );
}
