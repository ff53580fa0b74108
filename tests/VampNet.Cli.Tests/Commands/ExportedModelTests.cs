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

    // Families in which the graph around or the model itself has these operators: branches, relative positions, gates, class scores.
    private static readonly string[] Whole = ["merged", "speech", "features"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Each family as its first and its last exporter writes it, in float32 and float16.</summary>
    public static TheoryData<string> Names =>
        [
            .. Families.SelectMany(family =>
                new[] { family.First(model => model.Name.EndsWith(".float", StringComparison.Ordinal)).Name, family.Last().Name }.Distinct()
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
        Assert.Empty(
            Whole.Contains(name.Split('.')[0]) ? [] : left.Intersect(Decomposed.Where(op => op != "Tanh" || !name.StartsWith('b')))
        );
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public async Task Quantize_EveryFamilyByEveryScheme_IsWritten(string name)
    {
        string path = Write(name);
        // Its only products are convolutions.
        foreach (string scheme in name.StartsWith("speech", StringComparison.Ordinal) ? ["static", "float16"] : Schemes)
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
        name.Split('.')[0] switch
        {
            "unet" or "unet_joined" => ["--input", "sample:[2,4,8,6]"],
            "mobilenet" or "mobilenet_norm" => ["--input", "image:[2,3,32,32]"],
            "merged" =>
            [
                "--input",
                "input_ids:[batch=2,sequence=1]<96",
                "--input",
                "attention_mask:[2,total_sequence=8]=1",
                "--input",
                "past_key_values.0.key:[2,4,past_sequence=7,16]",
                "--input",
                "use_cache_branch:=1",
            ],
            "speech" => ["--input", "input:[2,7]<50", "--input", "input_lengths:=7", "--input", "scales:0.5..1"],
            "runtime_decoder" =>
            [
                "--input",
                "input_ids:[batch_size=1,sequence_length=1]<96",
                "--input",
                "attention_mask:[1,total_sequence_length=6]=1",
                "--input",
                "past_key_values.0.key:[1,2,past_sequence_length=5,16]",
            ],
            _ => [],
        };

    public void Dispose() => _folder.Dispose();

    private string Write(string name)
    {
        using Model model = ExportedModel.Named(name).Build();
        string path = _folder.At("in.onnx");
        ModelWriter.Write(model, path, null);
        return path;
    }
}
