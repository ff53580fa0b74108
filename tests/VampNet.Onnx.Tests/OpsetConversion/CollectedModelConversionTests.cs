using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.TypeFixing;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.OpsetConversion;

/// <summary>Every collected model, converted to newer and older opsets, gives the same bits in ONNX Runtime as before.</summary>
public sealed class CollectedModelConversionTests(ITestOutputHelper output)
{
    /// <summary>Models whose result is drawn anew in each run.</summary>
    private static readonly string[] Random = ["bernoulli", "random", "multinomial", "training_dropout", "dropout_random"];

    /// <summary>Operators for whose newer versions ONNX Runtime has a kernel that sums in another order.</summary>
    private static readonly string[] SumsAnew = ["averagepool"];

    private static readonly ILookup<string, string[]> Parameters = File.ReadLines(
            Path.Combine(Golden.RepositoryRoot, "tests", "VampNet.Onnx.Tests", "ShapeInference", "node-model-parameters.tsv")
        )
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('\t'))
        .ToLookup(row => row[0]);

    [Theory]
    [InlineData(13, 400)]
    [InlineData(18, 430)]
    [InlineData(21, 430)]
    [InlineData(23, 430)]
    public void Convert_EveryNodeModelUpward_GivesTheSameBits(int opset, int leastCompared)
    {
        int compared = 0;
        List<string> refused = [];
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            if (model.Opset >= opset || model.Opset == 0 || Random.Any(name.Contains))
            {
                compared += model.Opset == 0 ? 0 : 1;
                continue;
            }

            try
            {
                OpsetConverter.Convert(model, opset);
            }
            catch (OnnxException refusal)
            {
                refused.Add($"{name}: {refusal.Message}");
                continue;
            }

            compared += Compare(name, bytes, model) ? 1 : 0;
        }

        output.WriteLine($"{compared} compared or already newer; refused: {string.Join('\n', refused)}");
        Assert.Empty(refused);
        Assert.True(compared >= leastCompared, $"{compared} models ran");
    }

    [Theory]
    [InlineData(17)]
    [InlineData(13)]
    [InlineData(11)]
    public void Convert_EveryNodeModelDownward_GivesTheSameBitsOrIsRefused(int opset)
    {
        int compared = 0;
        int refused = 0;
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            if (model.Opset == 0 || Random.Any(name.Contains))
            {
                continue;
            }

            try
            {
                OpsetConverter.Convert(model, OpsetConverter.NewestOpset);
                OpsetConverter.Convert(model, opset);
            }
            catch (OnnxException refusal)
            {
                Assert.Equal(DiagnosticIds.OpsetNotConvertible, refusal.Id);
                refused++;
                continue;
            }

            compared += Compare(name, bytes, model) ? 1 : 0;
        }

        output.WriteLine($"{compared} compared, {refused} refused");
        Assert.True(compared >= 250, $"{compared} models ran");
    }

    [Theory]
    [InlineData("cases/ir3_inputs.onnx", 13)]
    [InlineData("cases/opset11_softmax.onnx", 13)]
    [InlineData("cases/upsample_opset9.onnx", 13)]
    [InlineData("cases/upsample_opset9.onnx", 23)]
    [InlineData("cases/layernorm_gelu.onnx", 20)]
    [InlineData("cases/lstm.onnx", 22)]
    [InlineData("cases/if_outer_weight.onnx", 21)]
    [InlineData("wild/ppocr_mobile_v2_cls.onnx", 13)]
    [InlineData("wild/ppocr_mobile_v2_cls.onnx", 20)]
    public void Convert_CollectedGraph_GivesTheSameBits(string file, int opset)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Path(file));
        using Model model = ModelReader.Read(bytes);
        TypeFixingPass.Run(model);
        Assert.Equal(opset, OpsetConverter.Convert(model, opset)!.To);
        Assert.True(Compare(file, bytes, model), "ONNX Runtime does not run the original");
    }

    private static bool Compare(string name, byte[] before, Model after)
    {
        Assert.Empty(ModelVerifier.Verify(after).Where(finding => finding.Severity == Severity.Error));
        using Model original = ModelReader.Read(before);
        Dictionary<string, double[]> given = Parameters[name]
            .ToDictionary(
                row => row[1],
                row => row[2].Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray()
            );
        if (SameOutputs.Inputs(original, given) is not { } inputs)
        {
            return false;
        }

        try
        {
            if (SameOutputs.TryRun(before, inputs, out IReadOnlyList<byte[]> expected) is not null)
            {
                return false;
            }

            string? obstacle = SameOutputs.TryRun(ModelWriter.ToBytes(after), inputs, out IReadOnlyList<byte[]> found);
            if (
                obstacle?.Contains("NOT_IMPLEMENTED", StringComparison.Ordinal) == true
                || obstacle?.Contains("NotImplemented", StringComparison.Ordinal) == true
            )
            {
                return false;
            }

            Assert.True(obstacle is null, $"{name}: {obstacle}");
            Assert.Equal(expected.Count, found.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.True(
                    expected[i].AsSpan().SequenceEqual(found[i])
                        || (SumsAnew.Any(name.Contains) && SameOutputs.Distance(expected[i], found[i]) <= 1e-6),
                    $"{name}: output {i} differs by {SameOutputs.Distance(expected[i], found[i])}"
                );
            }

            return true;
        }
        finally
        {
            foreach (OrtValue value in inputs.Values)
            {
                value.Dispose();
            }
        }
    }
}
