using System.IO.Compression;
using System.Text;

namespace VampNet.Checkpoints.Tests;

/// <summary>Checkpoints made by hand. Pickles are given as Latin-1 text, one character per byte.</summary>
internal static class Archives
{
    /// <summary>Pickle opcodes that make the float32 tensor of <see cref="Storage"/>, with shape [2, 3].</summary>
    public static string Tensor { get; } = TensorOn(storage: "FloatStorage", count: 6, offset: 0, shape: [2, 3], strides: [3, 1]);

    /// <summary>The bytes of storage '0': 1 to 6 as float32.</summary>
    public static byte[] Storage { get; } = [.. new[] { 1f, 2f, 3f, 4f, 5f, 6f }.SelectMany(BitConverter.GetBytes)];

    public static string TensorOn(string storage, int count, int offset, int[] shape, int[] strides, string key = "0") =>
        $"ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n{storage}\n"
        + $"{Text(key)}{Text("cpu")}{Integer(count)}tQ{Integer(offset)}({Integers(shape)}t({Integers(strides)}t\u0089NtR";

    public static string Text(string value) => $"X{(char)value.Length}\0\0\0{value}";

    public static string Integer(int value) =>
        $"J{(char)(value & 255)}{(char)((value >> 8) & 255)}{(char)((value >> 16) & 255)}{(char)((value >> 24) & 255)}";

    /// <summary>A pickle of {"state_dict": {"w": tensor}, "metadata": metadata}.</summary>
    public static byte[] Saved(string metadata, string? tensor = null) =>
        Pickle($"}}({Text("state_dict")}}}{Text("w")}{tensor ?? Tensor}s{Text("metadata")}{metadata}u");

    /// <summary>Protocol 2, the opcodes, STOP.</summary>
    public static byte[] Pickle(string opcodes) => Encoding.Latin1.GetBytes($"\u0080\u0002{opcodes}.");

    public static byte[] Zip(params (string Name, byte[] Data)[] entries) => Zip(CompressionLevel.NoCompression, entries);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Data)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] data) in entries)
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(data);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A .pth with one storage.</summary>
    public static byte[] Pth(byte[] pickle) => Zip(("a/data.pkl", pickle), ("a/data/0", Storage), ("a/version", "3\n"u8.ToArray()));

    public static Checkpoint Read(byte[] bytes) => Checkpoint.Read(bytes, "made.pth");

    /// <summary>Asserts that the bytes are refused with this id, and returns the message.</summary>
    public static string Refused(string id, byte[] bytes, CheckpointLimits? limits = null)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Read(bytes, "made.pth", limits));
        Assert.True(error.Id == id, $"Expected {id}, found {error.Message}");
        Assert.Equal("made.pth", error.Path);
        return error.Message;
    }

    private static string Integers(int[] values) => string.Concat(values.Select(Integer));
}
