using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace VampNet.Checkpoints.Dac;

/// <summary>The header of a .npy file: magic, version, and a Python dict that describes the array.</summary>
/// <remarks>Source: numpy, <c>numpy/lib/format.py</c>, versions 1.0 to 3.0.</remarks>
internal static partial class NumpyHeader
{
    private const int Alignment = 64;

    // Header text of an array of shape () that holds one Python object.
    private const string OneObject = "{'descr': '|O', 'fortran_order': False, 'shape': (), }";

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether a file begins as numpy.save writes.</summary>
    public static bool Starts(ReadOnlySpan<byte> head) => head.StartsWith(Magic);

    /// <summary>The header of an array that holds one pickled object.</summary>
    public static byte[] ForObject()
    {
        int unpadded = Magic.Length + 4 + OneObject.Length + 1;
        int length = (unpadded + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - 10));
        Encoding.ASCII.GetBytes(OneObject, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>Reads a header that announces one pickled object.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>Offset of the pickle.</returns>
    /// <exception cref="CheckpointException">VNC0801: the file is not a NumPy file. VNC0802: it holds something else.</exception>
    public static int ReadObject(ReadOnlySpan<byte> bytes)
    {
        int start = bytes.Length < 12 || !Starts(bytes) ? 0 : TextStart(bytes[6]);
        long length =
            start == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : start == 12 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])
            : -1;
        if (length < 0 || length > bytes.Length - start)
        {
            throw new CheckpointException(
                CheckpointErrorIds.NotADacFile,
                $"bytes that are no .dac file: {Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 16)])}",
                "the header that numpy.save writes, and a pickle after it",
                "Compare the file with its source; a copy or download may have been cut short"
            );
        }

        string text = Encoding.UTF8.GetString(bytes.Slice(start, (int)length));
        return ObjectHeader().IsMatch(text)
            ? start + (int)length
            : throw new CheckpointException(
                CheckpointErrorIds.DacContents,
                $"a NumPy array {(text.Length > 100 ? text[..100] : text).Trim()}",
                "one pickled dict, {'descr': '|O', 'shape': ()}",
                "The file is an array of another kind, not a .dac file"
            );
    }

    private static int TextStart(byte major) =>
        major switch
        {
            1 => 10,
            2 or 3 => 12,
            _ => 0,
        };

    // Keys in any order, as format.py allows.
    [GeneratedRegex(@"^\s*\{(?=.*'descr':\s*'\|O')(?=.*'fortran_order':\s*(True|False))(?=.*'shape':\s*\(\s*\)).*\}\s*$")]
    private static partial Regex ObjectHeader();
}
