using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Sessions;

/// <summary>Real error texts of this version of ONNX Runtime are explained.</summary>
public sealed class RuntimeRefusalTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory(".vampnet-refusals-");

    [Fact]
    public void Run_AnIndexBeyondATable_NamesNodeTableAndWhatToTry()
    {
        string text = Run(Lookup(), new ModelInput("ids", new long[] { 1, 7 }, [2]));

        Assert.Contains("Gather node rows got the index 7, and its table takes -5 to 4", text, StringComparison.Ordinal);
        Assert.Contains("--input", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnotherLength_NamesTheInputTheAxisAndBothLengths()
    {
        string text = Run(Copy(), new ModelInput("x", new float[14], [1, 14]));

        Assert.Contains("the input x got 14 on axis 1, which takes 4", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AnotherRank_NamesTheInput() =>
        Assert.Contains(
            "the input x got 1 axes and takes 2",
            Run(Copy(), new ModelInput("x", new float[4], [4])),
            StringComparison.Ordinal
        );

    [Fact]
    public void Run_AnotherType_SaysBoth() =>
        Assert.Contains("got int64 and takes float", Run(Copy(), new ModelInput("x", new long[4], [1, 4])), StringComparison.Ordinal);

    [Fact]
    public void Run_SizesThatANodeDoesNotTake_NamesTheNode()
    {
        string text = Run(Flat(), new ModelInput("x", new float[4], [1, 4]));

        Assert.Contains("the Reshape node flat does not take these sizes or values", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnOperatorOfAnotherLibrary_SaysThatItIsMissing()
    {
        GraphBuilder graph = new("custom", 17);
        Value x = graph.Input("x", ElementType.Float, 1, 4);
        graph.Output(graph.Node("Fancy", "odd", [x]), "y", ElementType.Float, 1, 4);
        using Model model = graph.Build();

        string text = Load(model);

        Assert.Contains("does not know the operator", text, StringComparison.Ordinal);
        Assert.Contains("Fancy", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ATypeWithoutAKernel_NamesOperatorAndNode()
    {
        GraphBuilder graph = new("typed", 17);
        Value x = graph.Input("x", ElementType.BFloat16, 1, 4);
        graph.Output(graph.Node("Erf", "odd", [x]), "y", ElementType.BFloat16, 1, 4);
        using Model model = graph.Build();

        Assert.Contains("ONNX Runtime has no implementation of Erf", Load(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoGraph_SaysSo()
    {
        string path = Path.Combine(_root.FullName, "text.onnx");
        File.WriteAllText(path, "this is no graph");

        Plain(Assert.Throws<InferenceException>(() => new GraphSession(path)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[ErrorCode:Fail] Something nobody has seen: /tmp/x/y.cc:12 at onnxruntime::Foo(int)")]
    public void Read_AnUnknownText_IsQuotedWithoutPaths(string message)
    {
        string text = RuntimeRefusal.Read(message).ToString();

        Assert.DoesNotContain("/tmp", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorCode", text, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static Model Lookup()
    {
        GraphBuilder graph = new("lookup", 17);
        Value ids = graph.Input("ids", ElementType.Int64, Dim.Symbol("T"));
        Value table = graph.Constant("table", TensorData.FromArray(new float[5], 5));
        graph.Output(graph.Node("Gather", "rows", [table, ids]), "y", ElementType.Float, Dim.Symbol("T"));
        return graph.Build();
    }

    private static Model Copy()
    {
        GraphBuilder graph = new("copy", 17);
        Value x = graph.Input("x", ElementType.Float, Dim.Symbol("B"), 4);
        graph.Output(graph.Node("Relu", "relu", [x]), "y", ElementType.Float, Dim.Symbol("B"), 4);
        return graph.Build();
    }

    private static Model Flat()
    {
        GraphBuilder graph = new("flat", 17);
        Value x = graph.Input("x", ElementType.Float, Dim.Symbol("B"), 4);
        graph.Output(graph.Node("Reshape", "flat", [x, graph.Constant([91L])]), "y", ElementType.Float, 91);
        return graph.Build();
    }

    private static string Plain(string text)
    {
        Assert.DoesNotContain("ErrorCode", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".cc", text, StringComparison.Ordinal);
        return text;
    }

    private string Run(Model model, ModelInput input)
    {
        string path = Path.Combine(_root.FullName, "graph.onnx");
        using (model)
        {
            ModelWriter.Write(model, path);
        }

        using GraphSession session = new(path, 1);
        return Plain(Assert.Throws<InferenceException>(() => session.RunFirst(new ModelSample("seed 1", [input]))).Message);
    }

    private string Load(Model model)
    {
        string path = Path.Combine(_root.FullName, "graph.onnx");
        ModelWriter.Write(model, path);
        return Plain(Assert.Throws<InferenceException>(() => new GraphSession(path)).Message);
    }
}
