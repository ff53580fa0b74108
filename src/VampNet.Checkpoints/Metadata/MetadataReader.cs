using System.Collections.Immutable;
using System.Numerics;
using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints;

/// <summary>Turns unpickled values into metadata. Shared parts stay shared; cycles, depth and blown-up sharing are refused.</summary>
internal sealed class MetadataReader(CheckpointLimits limits, Func<string, TensorReference, CheckpointTensor> bindTensor)
{
    private readonly Dictionary<object, (MetadataValue Value, long Size)?> _containers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads one value.</summary>
    /// <param name="value">What the pickle holds.</param>
    /// <param name="path">Where it lies, for messages and for the names of tensors.</param>
    /// <exception cref="CheckpointException">VNC0409: the value is nested too deeply, holds itself, or is too large when written out.</exception>
    public MetadataValue Read(object? value, string path) => Read(value, path, 0).Value;

    private (MetadataValue Value, long Size) Read(object? value, string path, int depth) => value switch
    {
        null => (new MetadataValue.None(), 1),
        bool boolean => (new MetadataValue.Boolean(boolean), 1),
        long integer => (new MetadataValue.Integer(integer), 1),
        BigInteger integer => (new MetadataValue.Integer(integer), 1),
        double real => (new MetadataValue.Real(real), 1),
        string text => (new MetadataValue.Text(text), 1 + text.Length / 64),
        byte[] bytes => (new MetadataValue.Bytes([.. bytes]), 1 + bytes.Length / 64),
        TensorReference tensor => (new MetadataValue.Tensor(bindTensor(path, tensor)), 1),
        PickleGlobal global => (new MetadataValue.Opaque(global.FullName), 1),
        PickleInstance instance => (new MetadataValue.Opaque(instance.Type.FullName), 1),
        StorageReference => (new MetadataValue.Opaque("torch.Storage"), 1),
        NumpyType type => (new MetadataValue.Opaque($"numpy.dtype('{type.Code}')"), 1),
        _ => ReadContainer(value, path, depth),
    };

    private (MetadataValue Value, long Size) ReadContainer(object container, string path, int depth)
    {
        if (_containers.TryGetValue(container, out (MetadataValue Value, long Size)? known))
        {
            return known ?? throw Refused(path, "holds itself", "a tree");
        }

        if (depth == limits.Depth)
        {
            throw Refused(path, $"lies within {depth} others", $"at most {limits.Depth} levels");
        }

        _containers[container] = null;
        long size = 1;
        MetadataValue value = container switch
        {
            PickleDict dict => new MetadataValue.Mapping(ReadEntries(dict.Entries, path, depth + 1, ref size)),
            PickleList list => new MetadataValue.Sequence(MetadataValue.SequenceKind.List, ReadItems(list.Items, path, depth + 1, ref size)),
            PickleTuple tuple => new MetadataValue.Sequence(MetadataValue.SequenceKind.Tuple, ReadItems(tuple.Items, path, depth + 1, ref size)),
            PickleSet set => new MetadataValue.Sequence(MetadataValue.SequenceKind.Set, ReadItems(set.Items, path, depth + 1, ref size)),
            _ => throw new InvalidOperationException($"No metadata for {container.GetType().Name}."),
        };
        _containers[container] = (value, size);
        return (value, size);
    }

    private ImmutableArray<MetadataValue> ReadItems(IReadOnlyList<object?> items, string path, int depth, ref long size)
    {
        ImmutableArray<MetadataValue>.Builder values = ImmutableArray.CreateBuilder<MetadataValue>(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            values.Add(Count(Read(items[i], $"{path}[{i}]", depth), path, ref size));
        }

        return values.MoveToImmutable();
    }

    private ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>> ReadEntries(
        IReadOnlyList<KeyValuePair<object?, object?>> entries, string path, int depth, ref long size)
    {
        ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>>.Builder values =
            ImmutableArray.CreateBuilder<KeyValuePair<MetadataValue, MetadataValue>>(entries.Count);
        foreach ((object? key, object? value) in entries)
        {
            MetadataValue name = Count(Read(key, path, depth), path, ref size);
            string place = name is MetadataValue.Text { Value: var text } ? $"{path}.{text}" : path;
            values.Add(new(name, Count(Read(value, place, depth), path, ref size)));
        }

        return values.MoveToImmutable();
    }

    private MetadataValue Count((MetadataValue Value, long Size) part, string path, ref long size)
    {
        size += part.Size;
        return size <= limits.MetadataValues
            ? part.Value
            : throw Refused(path, $"holds more than {limits.MetadataValues} values when shared parts are written out", "the settings of a model");
    }

    private static CheckpointException Refused(string path, string found, string expected) =>
        new("VNC0409", $"a container at {path} that {found}", expected, "The file was made to exhaust its reader, or holds data that is no metadata");
}
