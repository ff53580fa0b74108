using VampNet.Onnx;
using VampNet.TestSupport.ExportedModels;

namespace VampNet.Cli.Tests.Commands;

/// <summary>Runs <c>optimize</c> and every scheme of <c>quantize</c> on small models as users bring them, operator by operator as
/// exporters write them.</summary>
public sealed class ExportedModelTests : IDisposable
{
    private static readonly string[] Schemes = ["dynamic", "static", "weight-only-8", "weight-only-4", "float16"];

    // Operators of decompositions, none of which is left where fusion finds them all.
    private static readonly string[] Decomposed = ["Softmax", "IsNaN", "Pow", "Tanh"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Each family as its first and its last exporter writes it, in float32 and float16.</summary>
    public static TheoryData<string> Names =>
        [
            .. Families.SelectMany(family =>
                new[]
                {
                    family.First(model => model.Name.EndsWith(".float", StringComparison.Ordinal)).Name,
                    family.Last(model => model.Name.EndsWith(".float16", StringComparison.Ordinal)).Name,
                }
            ),
        ];

    public static TheoryData<string> Quantized =>
        [.. Families.Select(family => family.Last(model => model.Name.EndsWith(".float", StringComparison.Ordinal)).Name)];

    private static IEnumerable<IGrouping<string, ExportedModel>> Families => ExportedModel.All.GroupBy(model => model.Name.Split('.')[0]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Optimize_EveryExportedModel_IsEqualAndFused(string name)
    {
        string path = Write(name);
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "optimize",
            path,
            _folder.At("out.onnx"),
            "--target",
            "onnxruntime",
            .. Sizes(name),
        ]);

        Assert.True(outcome.ExitCode == ExitCode.Done, $"{outcome.ExitCode}\n{outcome.Output}{outcome.Error}");
        using Model model = ModelReader.Read(_folder.At("out.onnx"));
        HashSet<string> left = [.. model.Graph.Nodes.Select(node => node.OpType)];
        // The pooler's own tanh is none of GELU's.
        Assert.Empty(left.Intersect(Decomposed.Where(op => op != "Tanh" || !name.StartsWith('b'))));
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public async Task Quantize_EveryFamilyByEveryScheme_IsWritten(string name)
    {
        string path = Write(name);
        foreach (string scheme in Schemes)
        {
            CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
                "quantize",
                path,
                _folder.At("out.onnx"),
                "--scheme",
                scheme,
                "--calibration",
                "seeded",
                "--judge",
                "1",
                "--threads",
                "1",
                .. Sizes(name),
            ]);

            Assert.True(outcome.ExitCode == ExitCode.Done, $"{scheme}: {outcome.ExitCode}\n{outcome.Error}");
        }
    }

    // Attention over pixels takes memory with the fourth power of a picture's side.
    private static string[] Sizes(string name) =>
        name.StartsWith("unet", StringComparison.Ordinal) ? ["--input", "sample:[2,4,8,6]"]
        : name.StartsWith("mobilenet", StringComparison.Ordinal) ? ["--input", "image:[2,3,32,32]"]
        : [];

    public void Dispose() => _folder.Dispose();

    private string Write(string name)
    {
        using Model model = ExportedModel.Named(name).Build();
        string path = _folder.At("in.onnx");
        ModelWriter.Write(model, path, null);
        return path;
    }
}
