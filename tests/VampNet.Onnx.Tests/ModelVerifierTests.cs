using VampNet.Onnx.Proto;
using static VampNet.Onnx.Tests.ModelProtos;

namespace VampNet.Onnx.Tests;

public sealed class ModelVerifierTests
{
    private static Diagnostic Finding(ModelProto proto)
    {
        using Model model = proto.Read();
        return Assert.Single(ModelVerifier.Verify(model));
    }

    [Fact]
    public void Verify_EveryGoldenModel_FindsNothing()
    {
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            Assert.True(ModelVerifier.Verify(model).IsEmpty, $"{name}: {string.Join('\n', ModelVerifier.Verify(model))}");
        }

        foreach (string name in GoldenModels.ForeignNames)
        {
            using Model model = ModelReader.Read(GoldenModels.Foreign(name));
            Assert.Empty(ModelVerifier.Verify(model));
        }
    }

    [Fact]
    public void Verify_NameProducedTwice_IsFound()
    {
        NodeProto second = Node("Abs", "x", "y");
        second.Name = "second";
        Diagnostic finding = Finding(Model(Node("Neg", "x", "y"), second));
        Assert.Equal((DiagnosticIds.NameNotUnique, "second"), (finding.Id, finding.Node));
    }

    [Fact]
    public void Verify_UnknownInput_IsFound() => Assert.Equal(DiagnosticIds.ValueUndefined, Finding(Model(Node("Neg", "nowhere", "y"))).Id);

    [Fact]
    public void Verify_UnknownOutput_IsFound() => Assert.Equal(DiagnosticIds.ValueUndefined, Finding(Model(Node("Neg", "x", "z"))).Id);

    [Fact]
    public void Verify_NodesOutOfOrder_IsFound() =>
        Assert.Equal(DiagnosticIds.OrderBroken, Finding(Model(Node("Neg", "a", "y"), Node("Abs", "x", "a"))).Id);

    [Fact]
    public void Verify_NodeThatReadsItself_IsFound() => Assert.Equal(DiagnosticIds.OrderBroken, Finding(Model(Node("Add", "x y", "y"))).Id);

    [Fact]
    public void Verify_DomainNotImported_IsFound()
    {
        NodeProto node = Node("Gelu", "x", "y");
        node.Domain = "com.microsoft";
        Assert.Equal(DiagnosticIds.OpsetMissing, Finding(Model(node)).Id);
    }

    [Fact]
    public void Verify_NoOperatorType_IsFound()
    {
        NodeProto node = Node("Neg", "x", "y");
        node.OpType = "";
        Assert.Equal(DiagnosticIds.NameMissing, Finding(Model(node)).Id);
    }

    [Fact]
    public void Verify_InputWithoutName_IsFound()
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        model.Graph.Input.Add(Tensor("", ElementType.Float, 1));
        Assert.Equal(DiagnosticIds.NameMissing, Finding(model).Id);
    }

    [Fact]
    public void Verify_OutputWithoutType_IsFound()
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        model.Graph.Output[0].Type = null;
        Assert.Equal(DiagnosticIds.TypeMissing, Finding(model).Id);
    }

    [Theory]
    [InlineData(ElementType.Double, 2)]
    [InlineData(ElementType.Float, 5)]
    public void Verify_InitializerDeclaredOtherwise_IsFound(ElementType type, long length)
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        model.Graph.Initializer.Add(Floats("w", 1, 2));
        model.Graph.ValueInfo.Add(Tensor("w", type, length));
        Assert.Equal(DiagnosticIds.TypeContradicted, Finding(model).Id);
    }

    [Fact]
    public void Verify_IrVersionOfTheFuture_IsFound()
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        model.IrVersion = 99;
        Assert.Equal(DiagnosticIds.IrVersion, Finding(model).Id);
    }

    [Fact]
    public void Verify_AttributeReferenceOutsideFunctions_IsFound()
    {
        NodeProto node = Node("Softmax", "x", "y")
            .With(
                new AttributeProto
                {
                    Name = "axis",
                    RefAttrName = "a",
                    Type = AttributeProto.Types.AttributeType.Int,
                }
            );
        Assert.Equal(DiagnosticIds.AttributeReference, Finding(Model(node)).Id);
    }

    [Fact]
    public void Verify_FunctionThatCallsItself_IsFound()
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        FunctionProto function = new() { Name = "F", Domain = "local" };
        function.Input.Add("a");
        function.Output.Add("b");
        NodeProto call = Node("F", "a", "b");
        call.Domain = "local";
        function.Node.Add(call);
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        model.Functions.Add(function);
        Assert.Equal(DiagnosticIds.FunctionInvalid, Finding(model).Id);
    }

    [Fact]
    public void Verify_FunctionDefinedTwice_IsFound()
    {
        ModelProto model = Model(Node("Neg", "x", "y"));
        model.Functions.Add(new FunctionProto { Name = "F", Domain = "local" });
        model.Functions.Add(new FunctionProto { Name = "F", Domain = "local" });
        Assert.Equal(DiagnosticIds.FunctionInvalid, Finding(model).Id);
    }

    [Fact]
    public void Verify_SubgraphReadsLaterValueOfTheGraphAround_IsFound()
    {
        GraphProto branch = new() { Name = "branch" };
        branch.Node.Add(Node("Neg", "late", "inner"));
        branch.Output.Add(Tensor("inner", ElementType.Float, 2, 3));
        NodeProto choose = Node("If", "x", "y")
            .With(
                new AttributeProto
                {
                    Name = "then_branch",
                    Type = AttributeProto.Types.AttributeType.Graph,
                    G = branch,
                }
            );
        Diagnostic finding = Finding(Model(choose, Node("Abs", "x", "late")));
        Assert.Equal(DiagnosticIds.OrderBroken, finding.Id);
        Assert.Equal("node_inner", finding.Node);
    }

    [Fact]
    public void Verify_NodeNameTwice_IsAWarning()
    {
        NodeProto first = Node("Neg", "x", "a");
        first.Name = "node_y";
        Diagnostic finding = Finding(Model(first, Node("Neg", "a", "y")));
        Assert.Equal((DiagnosticIds.NodeNameNotUnique, Severity.Warning), (finding.Id, finding.Severity));
    }

    [Fact]
    public void Require_InvalidModel_ThrowsTheFirstErrorAndCountsTheRest()
    {
        using Model model = Model(Node("Neg", "nowhere", "z"), Node("Neg", "x", "w")).Read();
        OnnxException error = Assert.Throws<OnnxException>(() => ModelVerifier.Require(model));
        Assert.Equal(DiagnosticIds.ValueUndefined, error.Id);
        Assert.Contains("1 more", error.Message, StringComparison.Ordinal);
    }
}
