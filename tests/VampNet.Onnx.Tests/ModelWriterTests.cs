using System.Collections.Immutable;
using System.Security.Cryptography;

namespace VampNet.Onnx.Tests;

public sealed class ModelWriterTests
{
    private static Model Build(Action<Span<byte>> materialize)
    {
        GraphBuilder builder = new("g", 20);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("N"), 7);
        Value small = builder.Weight("small", TensorData.FromArray([1f, 2f, 3f, 4f, 5f, 6f, 7f], 7));
        Value large = builder.Weight("large", ElementType.Float, [7, 41], materialize);
        Value larger = builder.Weight("larger", ElementType.Float, [41, 43], materialize);
        Value sum = builder.Node("Add", "sum", [x, small]);
        builder.Output(
            builder.Node("MatMul", "last", [builder.Node("MatMul", "first", [sum, large]), larger]),
            "y",
            ElementType.Float,
            Dim.Symbol("N"),
            43
        );
        return builder.Build();
    }

    private static void Count(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i % 61);
        }
    }

    [Fact]
    public void ToBytes_ElementTypeThatInferenceDoesNotKnow_IsNotDeclared()
    {
        GraphBuilder builder = new("g", 17);
        Value x = builder.Input("x", ElementType.Float, 3, 7);
        Value odd = builder.Node("Odd", "odd", [x], domain: "com.example");
        Value sum = builder.Node("Add", "sum", [odd, builder.Weight("w", TensorData.FromArray(new float[7], 7))]);
        sum.Type = new TensorType(ElementType.Undefined, new TensorShape(3, 7));
        builder.Output(builder.Node("Relu", "last", [sum]), "y", ElementType.Float, 3, 7);
        using Model model = builder.Build();

        using Model read = ModelReader.Read(ModelWriter.ToBytes(model));

        Assert.Null(read.Graph.Nodes[1].Outputs[0].Type);
    }

    [Fact]
    public void Write_WithExternalData_AlignsAndKeepsSmallTensorsInline()
    {
        using TemporaryFolder folder = new();
        ModelWriter.Write(Build(Count), folder.File("m.onnx"), new ExternalDataOptions { Threshold = 256 });
        Assert.Equal((((7 * 41 * 4) + 63) / 64 * 64) + (41 * 43 * 4), new FileInfo(folder.File("m.onnx.data")).Length);
        using Model model = ModelReader.Read(folder.File("m.onnx"));
        byte[] expected = new byte[41 * 43 * 4];
        Count(expected);
        Assert.Equal(expected, model.Graph.Initializers[2].Constant!.ToBytes());
        Assert.Equal(7, model.Graph.Initializers[0].Constant!.ToSingles()[6]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WriteDigested_AnyModel_GivesTheBytesOfWriteAndTheirDigests(bool external)
    {
        using TemporaryFolder folder = new();
        ExternalDataOptions? options = external ? new() { Threshold = 256 } : null;
        ModelWriter.Write(Build(Count), folder.File("m.onnx"), options);
        Dictionary<string, byte[]> expected = folder.FileNames.ToDictionary(name => name, name => File.ReadAllBytes(folder.File(name)));

        ImmutableArray<WrittenFile> files = ModelWriter.WriteDigested(Build(Count), folder.File("m.onnx"), options);

        Assert.Equal(external ? ["m.onnx", "m.onnx.data"] : ["m.onnx"], files.Select(file => file.Name));
        Assert.All(
            files,
            file =>
            {
                byte[] bytes = File.ReadAllBytes(folder.File(file.Name));
                Assert.Equal(expected[file.Name], bytes);
                Assert.Equal((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))), (file.Length, file.Sha256));
            }
        );
    }

    [Fact]
    public void WriteDigested_MetadataThatComesWithTheWeights_IsInTheFileAndItsDigest()
    {
        using TemporaryFolder folder = new();
        Model model = Build(Count);
        int weights = 0;
        WrittenFile written = ModelWriter.WriteDigested(
            model,
            folder.File("m.onnx"),
            new ExternalDataOptions(),
            () =>
            {
                weights = Directory.GetFiles(folder.Root, "m.onnx.data", SearchOption.AllDirectories).Length;
                model.Metadata.Add("origin", "known late");
            }
        )[0];
        Assert.Equal(1, weights);
        Assert.Equal(written.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.File("m.onnx")))));
        using Model read = ModelReader.Read(folder.File("m.onnx"));
        Assert.Equal("known late", read.Metadata["origin"]);
    }

    [Fact]
    public void WriteDigested_WeightsBeyondWhatMayWait_AreAllInTheDigest()
    {
        const int Length = 24 << 20;
        using TemporaryFolder folder = new();
        GraphBuilder builder = new("g", 20);
        Value last = builder.Input("x", ElementType.UInt8, Length);
        for (byte i = 0; i < 5; i++)
        {
            byte value = i;
            Value weight = builder.Weight($"w{i}", ElementType.UInt8, [Length], bytes => bytes.Fill(value));
            last = builder.Node("BitwiseXor", $"n{i}", [last, weight]);
        }

        builder.Output(last, "y", ElementType.UInt8, Length);
        WrittenFile data = ModelWriter.WriteDigested(builder.Build(), folder.File("m.onnx"), new ExternalDataOptions())[1];
        using FileStream file = File.OpenRead(folder.File("m.onnx.data"));
        Assert.Equal((5L * Length, Convert.ToHexStringLower(SHA256.HashData(file))), (data.Length, data.Sha256));
    }

    [Fact]
    public void WriteDigested_ATensorFails_LeavesNoFile()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<IOException>(() =>
            ModelWriter.WriteDigested(Build(_ => throw new IOException("no space")), folder.File("m.onnx"), new ExternalDataOptions())
        );
        Assert.Empty(folder.FileNames);
    }

    [Fact]
    public void Write_Twice_GivesEqualBytes()
    {
        using TemporaryFolder folder = new();
        ModelWriter.Write(Build(Count), folder.File("m.onnx"), new ExternalDataOptions());
        byte[] model = File.ReadAllBytes(folder.File("m.onnx"));
        byte[] data = File.ReadAllBytes(folder.File("m.onnx.data"));
        ModelWriter.Write(Build(Count), folder.File("m.onnx"), new ExternalDataOptions());
        Assert.Equal(model, File.ReadAllBytes(folder.File("m.onnx")));
        Assert.Equal(data, File.ReadAllBytes(folder.File("m.onnx.data")));
    }

    [Fact]
    public void Write_OverTheFileTheModelViews_ReplacesIt()
    {
        using TemporaryFolder folder = new();
        ModelWriter.Write(Build(Count), folder.File("m.onnx"), new ExternalDataOptions());
        byte[] data = File.ReadAllBytes(folder.File("m.onnx.data"));
        using (Model model = ModelReader.Read(folder.File("m.onnx")))
        {
            ModelWriter.Write(model, folder.File("m.onnx"), new ExternalDataOptions());
        }

        Assert.Equal(data, File.ReadAllBytes(folder.File("m.onnx.data")));
    }

    [Fact]
    public void Write_ATensorFails_LeavesNoFile()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<IOException>(() =>
            ModelWriter.Write(Build(_ => throw new IOException("no space")), folder.File("m.onnx"), new ExternalDataOptions())
        );
        Assert.Empty(folder.FileNames);
    }

    [Fact]
    public void Write_MoreThanTwoGigabytesInOneFile_IsRefusedBeforeAnythingIsWritten()
    {
        using TemporaryFolder folder = new();
        GraphBuilder builder = new("g", 20);
        Value weight = builder.Weight("w", ElementType.Float, [1L << 30], _ => throw new IOException("materialized"));
        builder.Output(weight, "y", ElementType.Float, 1L << 30);
        OnnxException error = Assert.Throws<OnnxException>(() => ModelWriter.Write(builder.Build(), folder.File("m.onnx")));
        Assert.Equal(DiagnosticIds.TooLargeForOneFile, error.Id);
        Assert.Empty(folder.FileNames);
    }
}
