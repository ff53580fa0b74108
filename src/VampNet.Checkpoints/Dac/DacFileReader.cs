using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using VampNet.Checkpoints.Pickling;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Dac;

/// <summary>Reads .dac files without Python: only plain values and numpy arrays are read from the pickle inside, and nothing is
/// called.</summary>
public static class DacFileReader
{
    private const int MaxSampleRate = 768_000;

    // Memory limit of a pickle in addition to a multiple of its length: arrays are in memory twice, as bytes and as codes.
    private const long BaseMemory = 32 << 20;

    private static readonly string[] Keys =
    [
        "input_db",
        "original_length",
        "sample_rate",
        "chunk_length",
        "channels",
        "padding",
        "dac_version",
    ];

    /// <summary>Whether a file begins as a .dac file does, whatever its name. A file that cannot be read does not.</summary>
    public static bool IsDacFile(string path)
    {
        Span<byte> head = stackalloc byte[6];
        try
        {
            using FileStream stream = File.OpenRead(path);
            return NumpyHeader.Starts(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .dac file.</param>
    /// <exception cref="CheckpointException">VNC0801 to VNC0804: the file is no .dac file, is damaged, or of another version; VNC03xx: its
    /// pickle is refused.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DacFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using ByteSource file = MappedFile.Open(path);
        try
        {
            return Read(file.Slice(0, checked((int)Math.Min(file.Length, int.MaxValue))));
        }
        catch (CheckpointException error)
        {
            throw error.Path is null ? error.In(path) : error;
        }
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="CheckpointException">As <see cref="Read(string)"/>.</exception>
    public static DacFile Read(ReadOnlySpan<byte> bytes)
    {
        int position = NumpyHeader.ReadObject(bytes);
        CheckpointLimits limits = new() { PickleMemory = BaseMemory + (2L * bytes.Length) };
        SortedSet<string> globals = new(StringComparer.Ordinal);
        object? root = PickleMachine.Read(bytes, ref position, new PickleBudget(limits), globals, withArrays: true);
        if (
            root is not NumpyArray { Shape: [], Data: PickleList { Items: [PickleDict dict] } }
            || !dict.TryGet("codes", out object? codes)
            || !dict.TryGet("metadata", out object? metadata)
            || metadata is not PickleDict settings
        )
        {
            string mentioned = globals.Count == 0 ? "" : $", with the globals {string.Join(", ", globals)}";
            throw NoDac($"another object{mentioned}");
        }

        return Read(codes, settings);
    }

    private static DacFile Read(object? codes, PickleDict settings)
    {
        RequireVersion(settings);
        KeyValuePair<object?, object?> unknown = settings.Entries.FirstOrDefault(entry =>
            entry.Key is not string key || !Keys.Contains(key)
        );
        if (unknown.Key is not null)
        {
            throw NoDac($"the metadata key '{unknown.Key}'");
        }

        if (codes is not NumpyArray { Shape: [>= 1 and <= 64, >= 1 and <= 1024, >= 1 and <= int.MaxValue] shape } array)
        {
            throw NoDac(
                codes switch
                {
                    NumpyArray other => $"codes [{string.Join(", ", other.Shape)}]",
                    PickleInstance instance => $"codes made by the unknown global {instance.Type.FullName}, which was not called",
                    _ => "codes that are no array",
                }
            );
        }

        int channels = Integer(settings, "channels", 64);
        if (channels != shape[0])
        {
            throw NoDac($"codes [{string.Join(", ", shape)}] of {channels} channels");
        }

        ImmutableArray<float> loudness = Loudness(settings);
        return loudness.Length == 1 || loudness.Length == channels
            ? new DacFile(
                Codes(array),
                (int)shape[1],
                channels,
                loudness,
                Integer(settings, "original_length", int.MaxValue),
                Integer(settings, "sample_rate", MaxSampleRate),
                Integer(settings, "chunk_length", int.MaxValue),
                Value(settings, "padding") is bool isPadded ? isPadded : throw NoDac("padding that is neither True nor False")
            )
            : throw NoDac($"input_db with {loudness.Length} numbers for {channels} channels");
    }

    private static void RequireVersion(PickleDict settings)
    {
        object? version = settings.TryGet("dac_version", out object? value) ? value : null;
        if (version is not DacFile.Version)
        {
            throw new CheckpointException(
                CheckpointErrorIds.DacVersion,
                $"a .dac file of version {version as string ?? "None"}",
                $"{DacFile.Version}, the only one that descript-audio-codec reads",
                "Encode the recording again"
            );
        }
    }

    private static object? Value(PickleDict settings, string key) =>
        settings.TryGet(key, out object? value) ? value : throw NoDac($"metadata without '{key}'");

    private static int Integer(PickleDict settings, string key, int most) =>
        Value(settings, key) is long number && number >= 1 && number <= most
            ? (int)number
            : throw NoDac(
                string.Create(CultureInfo.InvariantCulture, $"the value {Printed(Value(settings, key))} of '{key}'"),
                $"a whole number from 1 to {most}"
            );

    private static string Printed(object? value) =>
        value switch
        {
            null => "None",
            string or long or double or bool => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            _ => "of another kind",
        };

    private static ImmutableArray<float> Loudness(PickleDict settings)
    {
        object? value = Value(settings, "input_db");
        ImmutableArray<float> numbers = value switch
        {
            double real => [(float)real],
            long integer => [integer],
            NumpyArray array => [.. Elements(array).Select(static item => item is double real ? (float)real : float.NaN)],
            _ => [],
        };
        return !numbers.IsEmpty && numbers.All(float.IsFinite)
            ? numbers
            : throw NoDac("input_db that holds no finite numbers", "the recording's loudness in LUFS");
    }

    private static ImmutableArray<ushort> Codes(NumpyArray array)
    {
        ushort[] codes = new ushort[Count(array)];
        long[] shape = array.Shape;
        int at = 0;
        foreach (object? item in Elements(array))
        {
            if (item is not (>= 0L and <= ushort.MaxValue))
            {
                throw NoDac($"the code {Printed(item)}", "whole numbers of 16 bits");
            }

            // In Fortran order the file's element (channel, codebook, frame) comes channel first.
            int place = array.IsFortranOrder
                ? (int)((((at % shape[0] * shape[1]) + (at / shape[0] % shape[1])) * shape[2]) + (at / shape[0] / shape[1]))
                : at;
            codes[place] = (ushort)(long)item;
            at++;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(codes);
    }

    private static IEnumerable<object?> Elements(NumpyArray array)
    {
        long count = Count(array);
        byte[] data = (byte[])array.Data!;
        int size = (int)(data.Length / count);
        if (array.Type is { Code: "u2", BigEndian: false })
        {
            for (int at = 0; at < data.Length; at += 2)
            {
                yield return (long)BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at));
            }

            yield break;
        }

        for (int at = 0; at < data.Length; at += size)
        {
            yield return NumpyScalars.Read(array.Type!, data[at..(at + size)]);
        }
    }

    /// <summary>Number of elements of an array whose shape, type and bytes agree.</summary>
    private static int Count(NumpyArray array)
    {
        long count = array.Shape.Aggregate(1L, static (product, extent) => product > int.MaxValue ? product : product * extent);
        long length = array.Data is byte[] data ? data.Length : -1;
        int size = array.Type is { Code: [_, >= '1' and <= '8'] code } ? code[1] - '0' : 0;
        return size > 0 && count is >= 1 and <= int.MaxValue && count * size == length
            ? (int)count
            : throw new CheckpointException(
                CheckpointErrorIds.DacArray,
                $"a numpy array [{string.Join(", ", array.Shape)}] of {array.Type?.Code ?? "no type"} with "
                    + $"{(length < 0 ? "no" : length.ToString(CultureInfo.InvariantCulture))} bytes",
                "numbers, and as many bytes as their shape and type need",
                "The file is damaged; get it again"
            );
    }

    private static CheckpointException NoDac(
        string found,
        string expected = "codes [channels, C, T] and metadata, as DACFile.save writes"
    ) => new(CheckpointErrorIds.DacContents, found, expected, "The file was not written by descript-audio-codec, or is damaged");
}
