using System.Buffers.Binary;
using VampNet.Checkpoints.Writing;

namespace VampNet.Checkpoints.Dac;

/// <summary>Writes .dac files byte for byte as numpy.save and DACFile.save of descript-audio-codec 1.0.0 do, so that DACFile.load reads
/// them.</summary>
public static class DacFileWriter
{
    // The pickle protocol of numpy.save before numpy 2; every numpy reads it.
    private const byte Protocol = 3;

    // Type code that numpy's ndarray.__reduce__ gives each new array; the pickler memoizes it.
    private static readonly byte[] PlaceholderType = "b"u8.ToArray();

    /// <summary>Writes one file.</summary>
    /// <param name="stream">Stream to write to.</param>
    /// <param name="file">The contents.</param>
    public static void Write(Stream stream, DacFile file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        byte[] codes = new byte[2 * file.Codes.Length];
        for (int i = 0; i < file.Codes.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(codes.AsSpan(2 * i), file.Codes[i]);
        }

        byte[] loudness = new byte[sizeof(float) * file.InputLoudness.Length];
        for (int i = 0; i < file.InputLoudness.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(loudness.AsSpan(sizeof(float) * i), file.InputLoudness[i]);
        }

        PickleWriter pickle = new(Protocol);
        Array(pickle, [], "O8", "|", () => pickle.List([() => Contents(pickle, file, codes, loudness)]), isObject: true);
        stream.Write(NumpyHeader.ForObject());
        stream.Write(pickle.Finish().Span);
    }

    private static void Contents(PickleWriter pickle, DacFile file, byte[] codes, byte[] loudness)
    {
        pickle.Dict([
            () =>
            {
                pickle.Text("codes");
                Array(pickle, [file.Channels, file.Codebooks, file.Frames], "u2", "<", () => pickle.ByteString(codes));
            },
            () =>
            {
                pickle.Text("metadata");
                pickle.Dict([
                    () =>
                    {
                        pickle.Text("input_db");
                        Array(pickle, [file.InputLoudness.Length], "f4", "<", () => pickle.ByteString(loudness));
                    },
                    Entry("original_length", file.OriginalLength),
                    Entry("sample_rate", file.SampleRate),
                    Entry("chunk_length", file.ChunkLength),
                    Entry("channels", file.Channels),
                    () =>
                    {
                        pickle.Text("padding");
                        pickle.Boolean(file.IsPadded);
                    },
                    () =>
                    {
                        pickle.Text("dac_version");
                        pickle.Text(DacFile.Version);
                    },
                ]);
            },
        ]);

        Action Entry(string key, long value) =>
            () =>
            {
                pickle.Text(key);
                pickle.Integer(value);
            };
    }

    /// <summary>An array as ndarray.__reduce__ gives it: made empty, then given shape, type and elements.</summary>
    private static void Array(PickleWriter pickle, int[] shape, string type, string order, Action data, bool isObject = false)
    {
        pickle.Call(
            () => pickle.Global("numpy.core.multiarray", "_reconstruct"),
            () =>
                pickle.Tuple(
                    () => pickle.Global("numpy", "ndarray"),
                    () => pickle.Tuple(() => pickle.Integer(0)),
                    () => pickle.ByteString(PlaceholderType)
                )
        );
        pickle.Build(() =>
            pickle.Tuple(
                () => pickle.Integer(1),
                () => pickle.Tuple([.. shape.Select(extent => (Action)(() => pickle.Integer(extent)))]),
                () => Type(pickle, type, order, isObject),
                () => pickle.Boolean(false),
                data
            )
        );
    }

    private static void Type(PickleWriter pickle, string type, string order, bool isObject)
    {
        // The flags of a dtype of Python objects: it holds references, and is never copied as plain bytes.
        const int ObjectFlags = 63;
        pickle.Call(
            () => pickle.Global("numpy", "dtype"),
            () => pickle.Tuple(() => pickle.Text(type), () => pickle.Boolean(false), () => pickle.Boolean(true))
        );
        pickle.Build(() =>
            pickle.Tuple(
                () => pickle.Integer(3),
                () => pickle.Text(order),
                pickle.None,
                pickle.None,
                pickle.None,
                () => pickle.Integer(-1),
                () => pickle.Integer(-1),
                () => pickle.Integer(isObject ? ObjectFlags : 0)
            )
        );
    }
}
