using System.Text;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inputs.Files;

namespace VampNet.Inference.Tests.Inputs.Files;

public class TensorFileReaderTests
{
    /// <summary>More cases than these run where the environment variable VAMPNET_MUTATIONS says how many.</summary>
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("VAMPNET_MUTATIONS"), out int cases) ? cases : 6000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_Npy_GivesShapeAndNumbers(byte version)
    {
        ModelInput read = Npy(NpyFiles.Make("<f4", "(2, 3)", [0, 1, 2, 3, 4, 5], version: version));

        Assert.Equal([2L, 3], read.Shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5], (float[])read.Values);
    }

    [Fact]
    public void Read_FortranOrder_IsTurned() =>
        Assert.Equal([0f, 2, 4, 1, 3, 5], (float[])Npy(NpyFiles.Make("<f4", "(2, 3)", [0, 1, 2, 3, 4, 5], isFortran: true)).Values);

    [Fact]
    public void Read_Scalar_HasNoAxes() => Assert.Empty(Npy(NpyFiles.Make("<f4", "()", [7])).Shape);

    [Theory]
    [InlineData("|O")]
    [InlineData(">f4")]
    [InlineData("<U8")]
    [InlineData("<c8")]
    public void Read_WhatIsNoTensorOfNumbers_IsRefused(string descr) => Refused(NpyFiles.Make(descr, "(1,)", [7]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_NpyThatEndsAnywhere_IsRefused(byte version)
    {
        byte[] whole = NpyFiles.Make("<f4", "(2, 3)", [0, 1, 2, 3, 4, 5], version: version);
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length]);
        }
    }

    [Theory]
    [InlineData("(3,)")]
    [InlineData("(-1,)")]
    [InlineData("(99999999999,)")]
    [InlineData("('x',)")]
    public void Read_AShapeThatLies_IsRefused(string shape) => Refused(NpyFiles.Make("<f4", shape, [7]));

    [Fact]
    public void Read_Npz_GivesEveryArrayByName()
    {
        using MemoryStream archive = NpyFiles.Archive(
            ("ids", NpyFiles.Make("<f4", "(1,)", [7])),
            ("mask", NpyFiles.Make("<f4", "(2,)", [0, 1]))
        );

        IReadOnlyDictionary<string, ModelInput> read = NpzReader.Read(archive, "data.npz");

        Assert.Equal(["ids", "mask"], read.Keys.Order());
        Assert.Equal([2L], read["mask"].Shape);
    }

    [Fact]
    public void Read_DamagedBytes_GiveOnlyDiagnostics()
    {
        byte[][] npys =
        [
            .. new byte[] { 1, 2, 3 }.Select(version => NpyFiles.Make("<f4", "(2, 3)", [0, 1, 2, 3, 4, 5], version == 3, version)),
        ];
        using MemoryStream archive = NpyFiles.Archive(("ids", npys[0]), ("mask", npys[1]));
        byte[] npz = archive.ToArray();
        // TensorProto: dims 2 and 3, float, raw data.
        byte[] tensor = [8, 2, 8, 3, 16, 1, 74, 24, .. new byte[24]];
        var random = new SplitMix64(20261128);
        for (int i = 0; i < Cases; i++)
        {
            Attempt(() => NpyReader.Read(new MemoryStream(Damage(npys[i % npys.Length], ref random)), "x", "x.npy"));
            Attempt(() => NpzReader.Read(new MemoryStream(Damage(npz, ref random)), "x.npz"));
            Attempt(() => TensorProtoReader.Read(Damage(tensor, ref random), "x", "x.pb"));
        }
    }

    [Fact]
    public void Read_TensorProto_GivesShapeAndNumbers()
    {
        ModelInput read = TensorProtoReader.Read(
            (byte[])[8, 2, 16, 7, 74, 16, .. BitConverter.GetBytes(5L), .. BitConverter.GetBytes(-6L)],
            "input_0",
            "input_0.pb"
        );

        Assert.Equal("input_0", read.Name);
        Assert.Equal([5L, -6], (long[])read.Values);
    }

    [Fact]
    public void Read_NoTensorProto_IsRefused() =>
        Assert.Equal(
            "VNI0344",
            Assert.Throws<InferenceException>(() => TensorProtoReader.Read(Encoding.ASCII.GetBytes("<html>"), "x", "x.pb")).Id
        );

    private static void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (InferenceException error)
        {
            Assert.Equal("VNI0344", error.Id);
        }
    }

    private static byte[] Damage(byte[] bytes, ref SplitMix64 random)
    {
        byte[] damaged = bytes[..(random.NextUnit() < 0.2 ? (int)(random.NextUnit() * bytes.Length) : bytes.Length)];
        for (int i = 0; i < 1 + (int)(random.NextUnit() * 4) && damaged.Length > 0; i++)
        {
            damaged[(int)(random.NextUnit() * damaged.Length)] = (byte)random.Next();
        }

        return damaged;
    }

    private static ModelInput Npy(byte[] bytes) => NpyReader.Read(new MemoryStream(bytes), "x", "x.npy");

    private static void Refused(byte[] bytes)
    {
        InferenceException error = Assert.Throws<InferenceException>(() => Npy(bytes));
        Assert.Equal("VNI0344", error.Id);
        Assert.Contains("x.npy", error.Message, StringComparison.Ordinal);
    }
}
