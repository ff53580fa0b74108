using VampNet.Onnx.Proto;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.Verification;
using static VampNet.Onnx.Tests.ModelProtos;

namespace VampNet.Onnx.Tests;

/// <summary>Findings of the verifier about attributes and declared types.</summary>
public sealed class ModelVerifierTypeTests
{
    private static readonly AttributeProto IntAxis = new()
    {
        Name = "axis",
        Type = AttributeProto.Types.AttributeType.Int,
        I = 1,
    };
    private static readonly AttributeProto FloatAxis = new()
    {
        Name = "axis",
        Type = AttributeProto.Types.AttributeType.Float,
        F = 1,
    };

    private static string[] Ids(ModelProto proto)
    {
        using Model model = proto.Read();
        return [.. ModelVerifier.Verify(model).Select(finding => finding.Id)];
    }

    private static ModelProto InDomain(string domain, string opType, AttributeProto attribute)
    {
        NodeProto node = Node(opType, "x", "y").With(attribute);
        node.Domain = domain;
        ModelProto model = Model(node);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return model;
    }

    [Fact]
    public void Verify_AttributeOfAnotherKind_NamesItAndItsNode()
    {
        using Model model = Model(Node("Softmax", "x", "y").With(FloatAxis)).Read();
        Diagnostic finding = Assert.Single(ModelVerifier.Verify(model));
        Assert.Equal((DiagnosticIds.OperatorAttributeKind, "node_y"), (finding.Id, finding.Node));
        Assert.Contains("'axis'", finding.Message, StringComparison.Ordinal);
        Assert.Contains("holding Float. Expected Int.", finding.Message, StringComparison.Ordinal);
        Assert.Empty(Ids(Model(Node("Softmax", "x", "y").With(IntAxis))));
    }

    [Theory]
    [InlineData("RandomNormalLike", AttributeKind.Float)]
    [InlineData("Dropout", AttributeKind.Int)]
    public void Verify_NameThatMeansTwoKinds_GoesByTheOperator(string opType, AttributeKind right)
    {
        foreach (AttributeKind kind in new[] { AttributeKind.Float, AttributeKind.Int })
        {
            Assert.Equal(
                kind == right ? [] : [DiagnosticIds.OperatorAttributeKind],
                Ids(
                    Model(
                        Node(opType, "x", "y").With(new AttributeProto { Name = "seed", Type = (AttributeProto.Types.AttributeType)kind })
                    )
                )
            );
        }
    }

    [Fact]
    public void Verify_OperatorOfOnnxRuntime_IsCheckedToo() =>
        Assert.Equal(
            [DiagnosticIds.OperatorAttributeKind],
            Ids(
                InDomain(
                    "com.microsoft",
                    "MatMulNBits",
                    new AttributeProto
                    {
                        Name = "K",
                        Type = AttributeProto.Types.AttributeType.Float,
                        F = 4,
                    }
                )
            )
        );

    [Fact]
    public void Verify_OperatorOrAttributeThatNobodyKnows_IsLeftAlone()
    {
        Assert.Empty(Ids(InDomain("elsewhere", "Softmax", FloatAxis)));
        Assert.Empty(
            Ids(
                Model(Node("Softmax", "x", "y").With(new AttributeProto { Name = "mood", Type = AttributeProto.Types.AttributeType.Float }))
            )
        );
    }

    [Fact]
    public void Verify_FunctionOfTheModelInPlaceOfAnOperator_HasItsOwnAttributes()
    {
        ModelProto model = Model(Node("Softmax", "x", "y").With(FloatAxis));
        FunctionProto function = new()
        {
            Name = "Softmax",
            Input = { "a" },
            Output = { "b" },
            AttributeProto = { FloatAxis },
        };
        function.Node.Add(Node("Neg", "a", "b"));
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 20 });
        model.Functions.Add(function);
        Assert.Empty(Ids(model));
    }

    [Fact]
    public void Verify_AttributesOfEveryNodeModel_AreAllInTheTable()
    {
        HashSet<string> names = [];
        foreach (byte[] bytes in GoldenModels.Nodes.Values)
        {
            using Model model = ModelReader.Read(bytes);
            names.UnionWith(
                model
                    .Graph.SelfAndSubgraphs()
                    .SelectMany(graph => graph.Nodes)
                    .Where(node => OperatorRegistry.Default.Find(node.Domain, node.OpType, int.MaxValue) is not null)
                    .SelectMany(node => node.Attributes)
                    .Select(attribute => attribute.Name)
            );
        }

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(AttributeKinds.Names));
    }

    [Fact]
    public void VerifyTypes_EveryGoldenModel_FindsNothingAndChangesNothing()
    {
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            Assert.True(ModelVerifier.VerifyTypes(model).IsEmpty, $"{name}: {string.Join('\n', ModelVerifier.VerifyTypes(model))}");
            Assert.True(bytes.AsSpan().SequenceEqual(ModelWriter.ToBytes(model)), name);
        }

        foreach (string name in GoldenModels.ForeignNames)
        {
            using Model model = ModelReader.Read(GoldenModels.Foreign(name));
            Assert.Empty(ModelVerifier.VerifyTypes(model));
            Assert.True(File.ReadAllBytes(GoldenModels.Foreign(name)).AsSpan().SequenceEqual(ModelWriter.ToBytes(model)), name);
        }
    }

    [Theory]
    [InlineData(ElementType.Double, 2L, 3L)]
    [InlineData(ElementType.Float, 2L, 4L)]
    [InlineData(ElementType.Float, 2L)]
    public void VerifyTypes_DeclaredOtherwise_IsFound(ElementType declared, params long[] shape)
    {
        ModelProto proto = Model(Node("Neg", "x", "y"));
        proto.Graph.Output[0] = Tensor("y", declared, shape);
        using Model model = proto.Read();
        Diagnostic finding = Assert.Single(ModelVerifier.VerifyTypes(model));
        Assert.Equal(
            (InferenceDiagnosticIds.DeclarationContradicted, Severity.Error, "node_y"),
            (finding.Id, finding.Severity, finding.Node)
        );
        Assert.Equal(declared, model.Graph.Outputs[0].TensorType!.ElementType);
    }
}
