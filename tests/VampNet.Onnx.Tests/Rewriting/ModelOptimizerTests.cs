using Google.Protobuf;
using VampNet.Fuzz;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

public sealed class ModelOptimizerTests
{
    private const int Cases = 4_000;

    [Theory]
    [InlineData("coarse_torch_export.onnx", 0)]
    [InlineData("c2f_torch_export.onnx", 0)]
    [InlineData("codec_decoder_torch_export.onnx", 0)]
    public void Optimize_ForeignModel_LeavesEveryValueTyped(string name, int errors)
    {
        using Model model = ModelReader.Read(GoldenModels.Foreign(name));
        OptimizationReport report = ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
        Assert.Equal(errors, report.Diagnostics.Count(finding => finding.Severity == Severity.Error));
        Assert.True(report.Rewrites.NodesAfter < report.Rewrites.NodesBefore / 3);
        Assert.All(
            model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Uses.Count > 0),
            value => Assert.False(value.TensorType!.Shape!.Any(dim => dim.HasUnknown), value.ToString())
        );
    }

    [Theory]
    [InlineData(6, 7)]
    [InlineData(7, 7)]
    [InlineData(12, 12)]
    public void Optimize_OpsetOlderThanTheRuntimeRuns_IsRaised(int opset, int expected)
    {
        GraphBuilder builder = new("old", 12);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        builder.Output(
            builder.Node("Add", "sum", [x, builder.Weight("w", TensorData.FromArray([1f, 2, 3], 3))]),
            "sum",
            ElementType.Float,
            2,
            3
        );
        using Model model = builder.Build();
        model.OpsetImports[""] = opset;

        OptimizationReport report = ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.Equal((expected, opset != expected), (model.Opset, report.Opset is not null));
    }

    [Fact]
    public void Optimize_WeightsBeyondTwoGigabytes_AreNotRead()
    {
        const long Rows = 3L << 30;
        using TemporaryFolder folder = new();
        using (FileStream stream = File.Create(folder.File("huge.bin")))
        {
            stream.SetLength(Rows);
            stream.Position = Rows - 1;
            stream.WriteByte(77);
        }

        TensorProto tensor = new()
        {
            Name = "table",
            DataType = (int)ElementType.UInt8,
            Dims = { Rows },
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "huge.bin" });
        ModelProto proto = ModelProtos.Model(ModelProtos.Node("Identity", "table", "same"), ModelProtos.Node("Identity", "x", "y"));
        proto.Graph.Initializer.Add(tensor);
        using Model model = ModelReader.Read(proto.ToByteArray(), folder.Root);
        Value row = model
            .Graph.AddNode(
                "Gather",
                [model.Graph.Nodes[0].Outputs[0], model.Graph.AddInitializer("last", TensorData.Scalar(Rows - 1))],
                ["row"]
            )
            .Outputs[0];
        row.Type = new TensorType(ElementType.UInt8, null);
        model.Graph.AddOutput(row);
        long before = GC.GetAllocatedBytesForCurrentThread();

        ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        Assert.DoesNotContain(model.Graph.Nodes, node => node.Is("Identity") && node.Outputs[0].Name == "same");
        Assert.Equal("uint8[]", row.Type!.ToString());
    }

    [Fact]
    public void Optimize_MutatedModels_GiveOnlyDiagnosticsOrValidModels()
    {
        Random random = new(77);
        byte[][] models = [.. GoldenModels.Nodes.Values];
        int optimized = 0;
        for (int i = 0; i < Cases; i++)
        {
            try
            {
                using Model model = ModelReader.Read(ModelMutator.Mutate(models[i % models.Length], random));
                ModelOptimizer.Optimize(model, (RewriteTarget)(i % 2));
                ModelVerifier.Require(model);
                _ = ModelWriter.ToBytes(model);
                optimized++;
            }
            catch (OnnxException exception)
            {
                Assert.DoesNotContain(exception.Id, (string[])[DiagnosticIds.PassBrokeGraph, DiagnosticIds.NoFixpoint]);
            }
        }

        Assert.InRange(optimized, Cases / 20, Cases - 1);
    }
}
