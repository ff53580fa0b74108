using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Layouts;

/// <summary>Reads .safetensors: an 8-byte header length, a JSON header, then the tensors back to back.</summary>
/// <remarks>The format's rules (huggingface/safetensors, README, "Format") are all enforced: no duplicate name, no gap, no overlap, nothing
/// left over.</remarks>
internal static class SafeTensorsReader
{
    private const string Damaged = "The file is damaged or was cut short; get it again";

    /// <exception cref="CheckpointException">VNC0601 to VNC0604: the header, an entry or the layout of the data breaks the format's
    /// rules.</exception>
    public static CheckpointContents Read(ByteSource source, CheckpointLimits limits)
    {
        long headerLength = new Zip.ZipFields(source.Slice(0, 8)).Int64(0);
        if (headerLength < 2 || headerLength > source.Length - 8 || headerLength > limits.SafeTensorsHeaderBytes)
        {
            throw new CheckpointException(
                CheckpointErrorIds.SafeTensorsLength,
                $"a header of {headerLength} bytes in a file of {source.Length}",
                $"2 to {Math.Min(limits.SafeTensorsHeaderBytes, source.Length - 8)} bytes",
                Damaged
            );
        }

        SafeTensorsHeader header = SafeTensorsHeader.Parse(source.Slice(8, headerLength), limits);
        long start = 8 + headerLength;
        RequireCovered(header.Entries, source.Length - start);
        return new CheckpointContents(
            CheckpointLayout.SafeTensors,
            [.. header.Entries.Select(entry => Bind(source, start, entry, limits))],
            new MetadataValue.Mapping([
                .. header.Metadata.Select(pair =>
                    KeyValuePair.Create<MetadataValue, MetadataValue>(new MetadataValue.Text(pair.Key), new MetadataValue.Text(pair.Value))
                ),
            ]),
            MetadataValue.EmptyMapping,
            MetadataValue.EmptyMapping,
            []
        );
    }

    private static CheckpointTensor Bind(ByteSource source, long start, SafeTensorsHeader.Entry entry, CheckpointLimits limits)
    {
        PlainStorage storage = new(source, entry.Name, start + entry.Begin, entry.End - entry.Begin);
        TensorView view = TensorView.Contiguous(entry.Shape, entry.Name, entry.ElementType.ByteSize(), storage, limits);
        return view.ElementCount * entry.ElementType.ByteSize() == storage.ByteLength
            ? new CheckpointTensor(entry.Name, entry.ElementType, view, storage)
            : throw new CheckpointException(
                CheckpointErrorIds.SafeTensorsGaps,
                $"{storage.ByteLength} bytes for tensor '{entry.Name}' of shape [{string.Join(", ", entry.Shape)}]",
                $"{view.ElementCount * entry.ElementType.ByteSize()}",
                Damaged
            );
    }

    private static void RequireCovered(ImmutableArray<SafeTensorsHeader.Entry> entries, long length)
    {
        long end = 0;
        foreach (SafeTensorsHeader.Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end || entry.End < entry.Begin)
            {
                throw new CheckpointException(
                    CheckpointErrorIds.SafeTensorsGaps,
                    $"tensor '{entry.Name}' at bytes {entry.Begin} to {entry.End}",
                    $"tensors back to back, so one that begins at byte {end}",
                    Damaged
                );
            }

            end = entry.End;
        }

        if (end != length)
        {
            throw new CheckpointException(
                CheckpointErrorIds.SafeTensorsGaps,
                $"{length} bytes of data",
                $"the {end} bytes that the header describes",
                Damaged
            );
        }
    }
}
