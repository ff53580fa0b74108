using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using VampNet.Checkpoints;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inputs.Files;
using VampNet.Onnx;
using VampNet.Runtime.Audio;

namespace VampNet.Fuzz;

/// <summary>Damaged samples of the files and texts that inputs are read from. Each case is made from its seed alone.</summary>
/// <param name="folder">An empty folder for files that can be read by their path only.</param>
internal sealed class ReaderCases(string folder)
{
    /// <summary>The formats: a name, a whole sample, and how it is read.</summary>
    private readonly ImmutableArray<(string Name, byte[][] Samples, Action<byte[]> Read)> _readers =
    [
        ("npy", [Npy("<f4", false, "(2, 3)", 24), Npy("<i8", true, "(2, 2)", 32), Npy("|b1", false, "()", 1)], ReadNpy),
        ("npz", [Npz(CompressionLevel.NoCompression), Npz(CompressionLevel.Optimal)], ReadNpz),
        ("pb", [Proto([0.5f, -1, 3]), Proto([1L, -7]), Proto([(byte)3, (byte)200])], ReadProto),
        ("safetensors", [SafeTensors()], bytes => ReadSafeTensors(bytes, Path.Combine(folder, "case.safetensors"))),
        ("wav", [Wave(WavEncoding.Pcm16), Wave(WavEncoding.Pcm24), Wave(WavEncoding.Float32)], ReadWave),
        ("input", [.. Texts.Select(Encoding.UTF8.GetBytes)], ReadSpec),
        ("json", [Encoding.UTF8.GetBytes(Json)], bytes => InputSpecFile.Parse(Encoding.UTF8.GetString(bytes), "case")),
    ];

    private const string Json = """
        {"image": "float32[1,3,H=320,W=320]0..1", "ids": {"type": "int32", "shape": [1, "T=128"], "below": 30522},
         "rate": {"value": 16000}, "x": {"range": [-1, 1]}}
        """;

    private static readonly ImmutableArray<string> Texts =
    [
        "image:FLOAT32[1,3,H=320,W=320]0..1",
        "ids:int32[1,T=128]<30522",
        "mask:=1",
        "x:[?,C,4]-1..1",
        "y:double",
    ];

    /// <summary>The names of the formats.</summary>
    public ImmutableArray<string> Formats => [.. _readers.Select(reader => reader.Name)];

    /// <summary>Runs consecutive seeds of one format until one fails.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="count">How many.</param>
    public MutationResult Run(string format, int seed, int count)
    {
        (_, byte[][] samples, Action<byte[]> read) = _readers.Single(reader => reader.Name == format);
        MutationResult result = new(0, 0, 0, null);
        for (int i = 0; i < count && result.Failure is null; i++)
        {
            int own = unchecked(seed + i);
            byte[] damaged = ModelMutator.Mutate(samples[(int)((uint)own % samples.Length)], new Random(own));
            result = result.With(RunOne(own, damaged, read));
        }

        return result;
    }

    private static MutationOutcome RunOne(int seed, byte[] damaged, Action<byte[]> read)
    {
        try
        {
            read(damaged);
            return new MutationOutcome(false, true, null);
        }
        catch (Exception error)
        {
            return new MutationOutcome(false, false, IsDiagnostic(error) ? null : new MutationFailure(seed, error.ToString()));
        }
    }

    private static bool IsDiagnostic(Exception error) =>
        error.GetType().Namespace?.StartsWith("VampNet.", StringComparison.Ordinal) == true
        && error.GetType().GetProperty("Id", BindingFlags.Public | BindingFlags.Instance)?.GetValue(error) is string { Length: > 0 };

    private static byte[] Npy(string type, bool isFortran, string shape, int bytes)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {isFortran}, 'shape': {shape}, }}\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)header.Length,
            0,
            .. Encoding.Latin1.GetBytes(header),
            .. Enumerable.Range(0, bytes).Select(i => (byte)i),
        ];
    }

    private static byte[] Npz(CompressionLevel level)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in (string[])["x.npy", "y.npy"])
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(Npy("<f4", false, "(2, 3)", 24));
            }
        }

        return stream.ToArray();
    }

    // TensorProto: dims, data_type, name and raw_data, by the numbers of their fields in onnx.proto.
    private static byte[] Proto<T>(T[] values)
        where T : unmanaged
    {
        byte[] raw = TensorData.FromArray(values, values.Length).ToBytes();
        int type = (int)TensorData.FromArray(values, values.Length).ElementType;
        return [8, (byte)values.Length, 16, (byte)type, 66, 1, (byte)'x', 74, (byte)raw.Length, .. raw];
    }

    private static byte[] SafeTensors()
    {
        using MemoryStream stream = new();
        SafeTensorsWriter.Write(
            stream,
            [
                new TensorEntry("x", TensorElementType.Float32, [2, 3], static bytes => bytes.Fill(7)),
                new TensorEntry("y", TensorElementType.Int64, [2], static bytes => bytes.Clear()),
            ]
        );
        return stream.ToArray();
    }

    private static byte[] Wave(WavEncoding encoding)
    {
        using MemoryStream stream = new();
        WavWriter.Write(stream, new AudioClip(8000, new float[] { 0, 0.5f, -0.5f }, [0.25f, 0, 0]), encoding);
        return stream.ToArray();
    }

    private static void ReadNpy(byte[] bytes) => NpyReader.Read(new MemoryStream(bytes), "x", "case");

    private static void ReadNpz(byte[] bytes) => NpzReader.Read(new MemoryStream(bytes), "case");

    private static void ReadProto(byte[] bytes) => TensorProtoReader.Read(bytes, "x", "case");

    private static void ReadWave(byte[] bytes) => WavReader.Read(new MemoryStream(bytes), "case");

    // A text that is no specification gives a sentence, not an exception.
    private static void ReadSpec(byte[] bytes) =>
        ArgumentException.ThrowIfNullOrEmpty(
            InputSpec.TryParse(Encoding.UTF8.GetString(bytes), out InputSpec? spec, out string? problem) ? spec.ToString() : problem
        );

    private static void ReadSafeTensors(byte[] bytes, string path)
    {
        File.WriteAllBytes(path, bytes);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        foreach (CheckpointTensor tensor in checkpoint.Tensors.Values)
        {
            TensorEntry entry = TensorEntry.From(tensor);
            byte[] whole = new byte[entry.ByteLength];
            entry.Fill(whole);
        }
    }
}
