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
