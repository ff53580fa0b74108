using System.Buffers.Binary;
using System.Text;

namespace VampNet.Server.Osc;

/// <summary>An Open Sound Control message: an address and its arguments.</summary>
/// <param name="Address">Starts with a slash.</param>
/// <param name="Arguments">int, long, float, double, string, bool, byte[] or null.</param>
/// <remarks>Source: the OSC 1.0 specification. All numbers are big-endian; everything is padded to multiples of four bytes.</remarks>
internal sealed record OscMessage(string Address, IReadOnlyList<object?> Arguments)
{
    private const int DeepestBundle = 8;

    private static ReadOnlySpan<byte> BundleMark => "#bundle\0"u8;

    /// <summary>Parses a packet: one message, or those of a bundle, whose time tags are ignored.</summary>
    /// <exception cref="FormatException">The packet is not OSC.</exception>
    public static IReadOnlyList<OscMessage> Parse(ReadOnlySpan<byte> packet)
    {
        List<OscMessage> messages = [];
        Parse(packet, messages, 0);
        return messages;
    }

    /// <summary>The packet of a message with int, float and string arguments.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        WriteText(stream, Address);
        WriteText(
            stream,
            ","
                + string.Concat(
                    Arguments.Select(argument =>
                        argument switch
                        {
                            int => 'i',
                            float => 'f',
                            string => 's',
                            _ => throw new NotSupportedException("Only int, float and string arguments are written."),
                        }
                    )
                )
        );
        Span<byte> number = stackalloc byte[4];
        foreach (object? argument in Arguments)
        {
            switch (argument)
            {
                case int value:
                    BinaryPrimitives.WriteInt32BigEndian(number, value);
                    stream.Write(number);
                    break;
                case float value:
                    BinaryPrimitives.WriteSingleBigEndian(number, value);
                    stream.Write(number);
                    break;
                case string text:
                    WriteText(stream, text);
                    break;
            }
        }

        return stream.ToArray();
    }

    /// <summary>An argument as a number; Max sends whole numbers where a patch has them, and floats elsewhere.</summary>
    /// <exception cref="FormatException">There is no such argument, or it is no number.</exception>
    public double Number(int index) =>
        index < Arguments.Count
            ? Arguments[index] switch
            {
                int value => value,
                long value => value,
                float value => value,
                double value => value,
                bool value => value ? 1 : 0,
                _ => throw new FormatException($"argument {index + 1} of {Address} is no number"),
            }
            : throw new FormatException($"{Address} has {Arguments.Count} arguments, and needs {index + 1}");

    /// <summary>An argument as text.</summary>
    /// <exception cref="FormatException">There is no such argument.</exception>
    public string Text(int index) =>
        index < Arguments.Count
            ? Convert.ToString(Arguments[index], System.Globalization.CultureInfo.InvariantCulture) ?? ""
            : throw new FormatException($"{Address} has {Arguments.Count} arguments, and needs {index + 1}");

    private static void Parse(ReadOnlySpan<byte> packet, List<OscMessage> messages, int depth)
    {
        if (!packet.StartsWith(BundleMark))
        {
            messages.Add(ParseMessage(packet));
            return;
        }

        if (depth == DeepestBundle)
        {
            throw new FormatException("bundles within bundles");
        }

        // A time of eight bytes follows the mark.
        for (ReadOnlySpan<byte> rest = packet[Math.Min(16, packet.Length)..]; !rest.IsEmpty; )
        {
            int size = ReadInt32(ref rest);
            if (size < 4 || size > rest.Length)
            {
                throw new FormatException($"a bundle element of {size} bytes");
            }

            Parse(rest[..size], messages, depth + 1);
            rest = rest[size..];
        }
    }

    private static OscMessage ParseMessage(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> rest = packet;
        string address = ReadText(ref rest);
        if (!address.StartsWith('/'))
        {
            throw new FormatException($"the address '{address}'");
        }

        // Some senders leave out the types of a message without arguments.
        string types = rest.IsEmpty ? "," : ReadText(ref rest);
        if (!types.StartsWith(','))
        {
            throw new FormatException($"the types '{types}'");
        }

        List<object?> arguments = [];
        foreach (char type in types.AsSpan(1))
        {
            arguments.Add(
                type switch
                {
                    'i' or 'c' or 'r' or 'm' => ReadInt32(ref rest),
                    'f' => BitConverter.Int32BitsToSingle(ReadInt32(ref rest)),
                    's' or 'S' => ReadText(ref rest),
                    'h' or 't' => ReadInt64(ref rest),
                    'd' => BitConverter.Int64BitsToDouble(ReadInt64(ref rest)),
                    'b' => ReadBlob(ref rest),
                    'T' => true,
                    'F' => false,
                    'N' or 'I' => null,
                    _ => throw new FormatException($"the type '{type}'"),
                }
            );
        }

        return new OscMessage(address, arguments);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int count)
    {
        if (count > rest.Length)
        {
            throw new FormatException("a message that ends early");
        }

        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static int ReadInt32(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4));

    private static long ReadInt64(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt64BigEndian(Take(ref rest, 8));

    private static byte[] ReadBlob(ref ReadOnlySpan<byte> rest)
    {
        int size = ReadInt32(ref rest);
        if (size < 0 || size > rest.Length)
        {
            throw new FormatException($"a blob of {size} bytes");
        }

        byte[] blob = Take(ref rest, size).ToArray();
        Take(ref rest, Math.Min(rest.Length, (4 - (size & 3)) & 3));
        return blob;
    }

    private static string ReadText(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new FormatException("a text without an end");
        }

        string text = Encoding.UTF8.GetString(rest[..end]);
        Take(ref rest, Math.Min(rest.Length, (end | 3) + 1));
        return text;
    }

    private static void WriteText(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        stream.Write(bytes);
        stream.Write([0, 0, 0, 0], 0, 4 - (bytes.Length & 3));
    }
}
