using System.Runtime.InteropServices;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Inputs.Files;

public sealed class SampleFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-data-");

    [Fact]
    public void FromFiles_Npz_FeedsInputsByNameAndMakesWhatIsMissing()
    {
        using MemoryStream archive = NpyFiles.Archive(("ids", Int32s("(1, 5)", 1, 2, 3, 4, 5)));
        File.WriteAllBytes(At("one.npz"), archive.ToArray());

        ModelSample sample = Assert.Single(Samples(At("one.npz"), 100));

        Assert.Equal([1L, 2, 3, 4, 5], (long[])sample.Inputs[0].Values);
        Assert.Equal([1L, 5], sample.Inputs[1].Shape);
        Assert.All((float[])sample.Inputs[1].Values, value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void FromFiles_LongRows_AreCutInEveryInputThatSharesTheLetter()
    {
        using MemoryStream archive = NpyFiles.Archive(
            ("ids", Int32s("(1, 5)", 1, 2, 3, 4, 5)),
            ("mask", NpyFiles.Make("<f4", "(1, 5)", [1, 1, 1, 1, 0]))
        );
        File.WriteAllBytes(At("one.npz"), archive.ToArray());

        ModelSample[] samples = [.. Samples(_root.FullName, 3)];

        Assert.Equal([3L, 2], samples.Select(sample => sample.Inputs[0].Shape[1]));
        Assert.Equal([3L, 2], samples.Select(sample => sample.Inputs[1].Shape[1]));
        Assert.Equal([4L, 5], (long[])samples[1].Inputs[0].Values);
    }

    [Fact]
    public void FromFiles_ArraysNamedAfterTheInputs_AreOneSample()
    {
        File.WriteAllBytes(At("ids.npy"), Int32s("(2, 3)", 1, 2, 3, 4, 5, 6));
        File.WriteAllBytes(At("mask.npy"), NpyFiles.Make("<f4", "(2, 3)", [1, 1, 1, 1, 1, 0]));

        ModelSample sample = Assert.Single(Samples(_root.FullName, 100));

        Assert.Equal([2L, 3], sample.Inputs[0].Shape);
    }

    [Fact]
    public void FromFiles_TestDataSets_AreReadInTheOrderOfTheirNumbers()
    {
        foreach (int set in (int[])[10, 2])
        {
            Directory.CreateDirectory(At($"test_data_set_{set}"));
            File.WriteAllBytes(At($"test_data_set_{set}/input_0.pb"), [8, 1, 8, 1, 16, 7, 74, 8, .. BitConverter.GetBytes((long)set)]);
            File.WriteAllBytes(At($"test_data_set_{set}/input_1.pb"), [8, 1, 8, 1, 16, 1, 74, 4, .. BitConverter.GetBytes(1f)]);
            File.WriteAllBytes(At($"test_data_set_{set}/output_0.pb"), [1]);
        }

        Assert.Equal([2L, 10], Samples(_root.FullName, 100).Select(sample => ((long[])sample.Inputs[0].Values)[0]));
    }

    [Fact]
    public void FromFiles_OneMoreAxis_GivesOneSampleForEachRow()
    {
        using MemoryStream archive = NpyFiles.Archive(("ids", Int32s("(3, 1, 2)", 1, 2, 3, 4, 5, 6)));
        File.WriteAllBytes(At("rows.npz"), archive.ToArray());

        Assert.Equal([1L, 3, 5], Samples(_root.FullName, 100).Select(sample => ((long[])sample.Inputs[0].Values)[0]));
    }

    [Theory]
    [InlineData("(5, 1, 1, 1)")]
    [InlineData("()")]
    public void FromFiles_AnotherShape_IsRefusedWithBoth(string shape)
    {
        using MemoryStream archive = NpyFiles.Archive(("ids", shape == "()" ? Int32s(shape, 1) : Int32s(shape, 1, 2, 3, 4, 5)));
        File.WriteAllBytes(At("bad.npz"), archive.ToArray());

        InferenceException error = Assert.Throws<InferenceException>(() => Samples(At("bad.npz"), 100).ToArray());

        Assert.Equal("VNI0345", error.Id);
        Assert.Contains("ids", error.Message, StringComparison.Ordinal);
        Assert.Contains("[B, T]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFiles_MoreCodebooksThanTheModelHas_AreCutWhereTheProfileSaysSo()
    {
        GraphBuilder graph = new("codes", 17);
        Value codes = graph.Input("codes", ElementType.Int64, Dim.Symbol("B"), 2, Dim.Symbol("T"));
        graph.Output(graph.Node("Identity", "copy", [codes]), "y", ElementType.Int64, Dim.Symbol("B"), 2, Dim.Symbol("T"));
        using Model model = graph.Build();
        using MemoryStream archive = NpyFiles.Archive(("codes", Int32s("(1, 3, 2)", 1, 2, 3, 4, 5, 6)));
        File.WriteAllBytes(At("codes.npz"), archive.ToArray());

        ModelSample sample = SampleMaker.For(model, new InputProfile { Codebooks = 2 }).FromFiles(At("codes.npz"), 9).Single();

        Assert.Equal([1L, 2, 2], sample.Inputs[0].Shape);
        Assert.Equal([1L, 2, 3, 4], (long[])sample.Inputs[0].Values);
        Assert.Equal("VNI0345", Assert.Throws<InferenceException>(() => SampleMaker.For(model).FromFiles(At("codes.npz"), 9).ToArray()).Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static byte[] Int32s(string shape, params ReadOnlySpan<int> values) =>
        NpyFiles.Raw("<i4", shape, MemoryMarshal.AsBytes(values).ToArray());

    private static IEnumerable<ModelSample> Samples(string path, int extent)
    {
        GraphBuilder graph = new("ids", 17);
        Dim batch = Dim.Symbol("B"),
            time = Dim.Symbol("T");
        Value ids = graph.Input("ids", ElementType.Int64, batch, time);
        Value mask = graph.Input("mask", ElementType.Float, batch, time);
        graph.Output(graph.Node("Identity", "ci", [ids]), "yi", ElementType.Int64, batch, time);
        graph.Output(graph.Node("Identity", "cm", [mask]), "ym", ElementType.Float, batch, time);
        using Model model = graph.Build();
        return SampleMaker.For(model).FromFiles(path, extent);
    }

    private string At(string name) => Path.Combine(_root.FullName, name);
}
