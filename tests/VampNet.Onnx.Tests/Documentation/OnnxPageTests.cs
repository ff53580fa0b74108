using VampNet.Onnx.Rewriting;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Documentation;

/// <summary>docs/onnx.md: its rule is the one tested here, and its program compiles.</summary>
public sealed class OnnxPageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-page");

    [Fact]
    public void Page_ItsRule_IsTheTestedOne()
    {
        string source = File.ReadAllText(
            Path.Combine(Golden.RepositoryRoot, "tests", "VampNet.Onnx.Tests", "Documentation", "AbsoluteValueRule.cs")
        );
        string[] shown =
        [
            .. source.ReplaceLineEndings("\n").Split('\n').SkipWhile(line => !line.StartsWith("///", StringComparison.Ordinal)),
        ];

        Assert.Contains(string.Join('\n', shown), Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Program_OfThePage_AppliesTheRuleToAFile()
    {
        string input = Path.Combine(_folder.FullName, "in.onnx");
        string output = Path.Combine(_folder.FullName, "out.onnx");
        Write(input, readTwice: false);

        // Shown in the page:
        using Model model = ModelReader.Read(input);
        PipelineStep mine = new(new RulesPass("Mine", new AbsoluteValueRule()), "before the pipeline's own rules, which make Mul of Pow");
        RewriteReport report = new RewritePipeline([mine, .. RewritePipeline.Default.Steps]).Run(model, RewriteTarget.Portable);
        ModelWriter.Write(model, output, null);
        foreach (RewriteRecord record in report.Records)
        {
            Console.WriteLine($"{record.Rule} at {record.Node}: {(record.Fired ? "fired" : record.Reason)}");
        }

        // End.
        Assert.Equal(["Abs"], model.Graph.Nodes.Select(node => node.OpType));
        Assert.Equal("AbsoluteValue", Assert.Single(report.Records, record => record.Fired).Rule);
        string[] shown =
        [
            .. File.ReadAllLines(Path.Combine(Golden.RepositoryRoot, "tests/VampNet.Onnx.Tests/Documentation/OnnxPageTests.cs"))
                .SkipWhile(line => !line.Contains("// Shown in the page:", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => !line.Contains("// End.", StringComparison.Ordinal))
                .Select(line => line.Length > 8 ? line[8..] : "")
                .TakeWhile(line => line.Length > 0),
        ];
        Assert.Contains(string.Join('\n', shown), Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_SquareThatIsReadTwice_SaysWhyNot()
    {
        string input = Path.Combine(_folder.FullName, "in.onnx");
        Write(input, readTwice: true);
        using Model model = ModelReader.Read(input);
        List<RewriteRecord> records = [];

        Assert.False(new RulesPass("Mine", new AbsoluteValueRule()).Run(model, RewriteTarget.Portable, records));
        Assert.Equal("its result has other readers, so that nothing would be saved", Assert.Single(records).Reason);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Page() => File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs", "onnx.md")).ReplaceLineEndings("\n");

    private static void Write(string path, bool readTwice)
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, 2, 3);
        Value square = g.Node("Mul", "square", [x, x]);
        g.Output(g.Node("Sqrt", "root", [square]), "y", ElementType.Float, 2, 3);
        if (readTwice)
        {
            g.Output(square, "z", ElementType.Float, 2, 3);
        }

        using Model model = g.Build();
        ModelWriter.Write(model, path, null);
    }
}
