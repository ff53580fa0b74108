using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs.Files;

/// <summary>
/// Reads an array of NumPy's .npy format (NEP 1, versions 1 to 3): little endian or of single bytes, in C or Fortran order, of numbers or
/// booleans. Arrays of objects are refused: reading them would execute a pickle.
/// </summary>
internal sealed partial class NpyReader : ITensorFileReader
{
    private const int MostHeader = 1 << 16;
    private const int MostRank = 32;
    private const long MostBytes = 1L << 31;

    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <inheritdoc/>
    /// <exception cref="InferenceException">VNI0344: the file is damaged, or holds what is no tensor of numbers.</exception>
    public IReadOnlyDictionary<string, ModelInput>? Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string name = Path.GetFileNameWithoutExtension(path);
        using FileStream stream = File.OpenRead(path);
        return new Dictionary<string, ModelInput> { [name] = Read(stream, name, path) };
    }

    /// <summary>Reads an array.</summary>
    /// <param name="stream">At its first byte.</param>
    /// <param name="name">The name.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InferenceException">VNI0344: the stream is damaged, or holds what is no tensor of numbers.</exception>
    public static ModelInput Read(Stream stream, string name, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false) < 10 || !start[..6].SequenceEqual(Magic))
        {
            throw Damaged(source, name, "it does not begin as a .npy file does");
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] is 2 or 3)
        {
            if (stream.ReadAtLeast(start[10..12], 2, throwOnEndOfStream: false) < 2)
            {
                throw Damaged(source, name, "it ends within its header");
            }

            length = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        }
        else if (start[6] != 1)
        {
            throw Damaged(source, name, $"it is of version {start[6]}, and 1 to 3 are known");
        }

        if (length is < 0 or > MostHeader)
        {
            throw Damaged(source, name, $"its header takes {length} bytes");
        }

        byte[] header = new byte[length];
        if (stream.ReadAtLeast(header, length, throwOnEndOfStream: false) < length)
        {
            throw Damaged(source, name, "it ends within its header");
        }

        (ElementType type, bool isFortran, long[] shape) = ParseHeader(Encoding.UTF8.GetString(header), source, name);
        long count = 1;
        foreach (long axis in shape)
        {
            count =
                axis == 0 ? 0
                : count > MostBytes / axis ? MostBytes + 1
                : count * axis;
        }

        long bytes = count > MostBytes ? MostBytes + 1 : type.ByteLength(count);
        if (bytes > MostBytes || bytes > Array.MaxLength)
        {
            throw Damaged(source, name, $"its shape [{string.Join(',', shape)}] takes more than 2 GB");
        }

        byte[] contents = ReadContents(stream, (int)bytes, source, name);
        byte[] ordered = isFortran && shape.Length > 1 ? ToRowMajor(contents, shape, type.BitWidth / 8) : contents;
        return new ModelInput(name, ElementArrays.FromBytes(type, ordered)!, shape);
    }

    // A header can claim any size; memory grows with what is really there.
    private static byte[] ReadContents(Stream stream, int length, string source, string name)
    {
        using MemoryStream contents = new(Math.Min(length, 1 << 20));
        byte[] buffer = new byte[Math.Clamp(length, 1, 1 << 16)];
        while (contents.Length < length)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length - contents.Length));
            if (read == 0)
            {
                throw Damaged(source, name, $"it holds {contents.Length} of {length} bytes");
            }

            contents.Write(buffer, 0, read);
        }

        return contents.ToArray();
    }

    private static (ElementType Type, bool IsFortran, long[] Shape) ParseHeader(string header, string source, string name)
    {
        Match type = Descr().Match(header),
            order = FortranOrder().Match(header),
            shape = Shape().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw Damaged(source, name, "its header lacks a plain type, order or shape");
        }

        string[] axes = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] lengths = new long[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            if (!long.TryParse(axes[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
            {
                throw Damaged(source, name, $"its shape has \"{axes[i]}\"");
            }
        }

        return lengths.Length > MostRank
            ? throw Damaged(source, name, $"it has {lengths.Length} axes")
            : (TypeOf(type.Groups[1].Value, source, name), order.Groups[1].Value == "True", lengths);
    }

    private static ElementType TypeOf(string descr, string source, string name) =>
        descr switch
        {
            "<f4" => ElementType.Float,
            "<f8" => ElementType.Double,
            "<f2" => ElementType.Float16,
            "<i8" => ElementType.Int64,
            "<i4" => ElementType.Int32,
            "<i2" => ElementType.Int16,
            "|i1" or "<i1" => ElementType.Int8,
            "<u8" => ElementType.UInt64,
            "<u4" => ElementType.UInt32,
            "<u2" => ElementType.UInt16,
            "|u1" or "<u1" => ElementType.UInt8,
            "|b1" or "<b1" or "?" => ElementType.Bool,
            "|O" or "O" => throw Damaged(source, name, "it holds Python objects, which could only be read by running a pickle"),
            _ => throw Damaged(source, name, $"its type {descr} is neither a little-endian number nor a boolean"),
        };

    private static byte[] ToRowMajor(byte[] contents, long[] shape, int width)
    {
        byte[] ordered = new byte[contents.Length];
        int count = contents.Length / width;
        long[] index = new long[shape.Length];
        long[] strides = new long[shape.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = axis == 0 ? 1 : strides[axis - 1] * shape[axis - 1];
        }

        for (int i = 0; i < count; i++)
        {
            long from = 0;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                from += index[axis] * strides[axis];
            }

            contents.AsSpan((int)from * width, width).CopyTo(ordered.AsSpan(i * width));
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return ordered;
    }

    private static InferenceException Damaged(string source, string name, string problem) =>
        new(
            InferenceErrorIds.TensorFileUnreadable,
            found: $"an array {name} in {source} that cannot be read: {problem}",
            expected: "an array of numbers or booleans as numpy.save or numpy.savez writes it"
        );

    [GeneratedRegex(@"['""]descr['""]\s*:\s*['""]([^'""]*)['""]")]
    private static partial Regex Descr();

    [GeneratedRegex(@"['""]fortran_order['""]\s*:\s*(True|False)")]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"['""]shape['""]\s*:\s*\(([^()]*)\)")]
    private static partial Regex Shape();
}
