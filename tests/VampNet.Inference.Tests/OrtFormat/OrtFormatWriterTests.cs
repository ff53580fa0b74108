using VampNet.Inference.OrtFormat;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.TestSupport;

namespace VampNet.Inference.Tests.OrtFormat;

public sealed class OrtFormatWriterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-ort-test-");

    private static string Graph => Golden.Path("foreign/coarse_torch_export.onnx");

    [Fact]
    public void Write_Graph_GivesAFileThatComputesTheSameBytes()
    {
        OrtFormatFiles files = OrtFormatWriter.Write(Graph, At("coarse.ort"), TestContext.Current.CancellationToken);

        Assert.Equal("ORTM"u8, File.ReadAllBytes(files.Graph).AsSpan(4, 4));
        Assert.NotEmpty(files.Trials);
        using GraphSession session = new(files.Graph);
        using GraphSession original = new(Graph);
        Assert.Equal(original.InputNames, session.InputNames);
        Assert.Equal(original.OutputNames, session.OutputNames);
    }

    [Fact]
    public void Write_Graph_ListsTheOperatorsThatRun()
    {
        OrtFormatFiles files = OrtFormatWriter.Write(Graph, At("coarse.ort"), TestContext.Current.CancellationToken);

        string[] lines = File.ReadAllLines(files.Operators);
        Assert.All(lines, line => Assert.Matches("^[a-z.]+;[0-9]+;[A-Za-z]+(,[A-Za-z]+)*$", line));
        string standard = Assert.Single(lines, line => line.StartsWith("ai.onnx;", StringComparison.Ordinal));
        Assert.Contains(",MatMul", standard, StringComparison.Ordinal);
        string[] names = standard.Split(';')[2].Split(',');
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        // Constants are folded before the graph is written.
        Assert.DoesNotContain("Constant", names);
    }

    [Fact]
    public void RequireSize_MoreThanTheFormatHolds_IsRefusedWithTheReason()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows gives a file of zeros its room.");
        using (Model model = ModelReader.Read(Graph))
        {
            ModelWriter.Write(model, At("large.onnx"), new ExternalDataOptions());
        }

        using (FileStream weights = File.OpenWrite(At("large.onnx.data")))
        {
            weights.SetLength(int.MaxValue);
        }

        InferenceException error = Assert.Throws<InferenceException>(() => OrtFormatWriter.RequireSize(At("large.onnx")));

        Assert.Equal("VNI0501", error.Id);
        Assert.Contains("cannot be larger than 2 GB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireEqual_OneByteDiffers_IsRefused()
    {
        InferenceException error = Assert.Throws<InferenceException>(() =>
            OrtFormatWriter.RequireEqual(
                "a.ort",
                "seed 1",
                [
                    [1, 2],
                    [3, 4],
                ],
                [
                    [1, 2],
                    [3, 5],
                ]
            )
        );

        Assert.Equal("VNI0502", error.Id);
        Assert.Contains("another output 1", error.Message, StringComparison.Ordinal);
        OrtFormatWriter.RequireEqual(
            "a.ort",
            "seed 1",
            [
                [1, 2],
            ],
            [
                [1, 2],
            ]
        );
    }

    [Fact]
    public void Write_NoGraph_IsRefused()
    {
        File.WriteAllText(At("no.onnx"), "no graph");

        Assert.Throws<OnnxException>(() => OrtFormatWriter.Write(At("no.onnx"), At("no.ort"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(At("no.ort")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
