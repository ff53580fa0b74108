namespace VampNet.Onnx.Tests;

public sealed class GraphBuilderTests
{
    private static Model BuildLinear()
    {
        GraphBuilder builder = new("linear", 20);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), 3);
        Value y;
        using (builder.Scope("layer"))
        using (builder.Scope("0"))
        {
            Value weight = builder.Weight("weight", ElementType.Float, [3, 5], bytes => bytes.Clear());
            y = builder.Node("MatMul", "product", [x, weight]);
        }

        Value shaped = builder.Node("Reshape", "shaped", [y, builder.Constant(-1, 5)]);
        builder.Output(shaped, "y", ElementType.Float, Dim.Symbol("B"), 5);
        return builder.Build();
    }

    [Fact]
    public void Node_InNestedScopes_IsNamedByPathAndRole()
    {
        Model model = BuildLinear();
        Assert.Equal("layer.0.product", model.Graph.Nodes[0].Name);
        Assert.Equal("layer.0.product", model.Graph.Nodes[0].Outputs[0].Name);
        Assert.Equal("layer.0.weight", model.Graph.Initializers[0].Name);
        Assert.Equal("y", model.Graph.Outputs[0].Name);
    }

    [Fact]
    public void Node_SameRoleTwice_IsNumbered()
    {
        GraphBuilder builder = new("g", 20);
        Value x = builder.Input("x", ElementType.Float, 2);
        Assert.Equal("y", builder.Node("Neg", "y", [x]).Name);
        Value second = builder.Node("Neg", "y", [x]);
        Assert.Equal(("y_1", "y_1"), (second.Name, second.Producer!.Name));
    }

    [Fact]
    public void Constant_EqualValues_AreShared()
    {
        GraphBuilder builder = new("g", 20);
        Assert.Same(builder.Constant(1, -1), builder.Constant(1, -1));
        Assert.NotSame(builder.Constant(1), builder.Constant([1]));
        Assert.Equal("const.i64[1,-1]", builder.Constant(1, -1).Name);
        Assert.Empty(builder.Constant(1).Constant!.Shape);
        Assert.Equal([1], builder.Constant([1]).Constant!.Shape);
        Assert.Equal(0.5f, Assert.Single(builder.Constant(0.5f).Constant!.ToSingles()));
    }

    [Fact]
    public void Node_AttributeTuples_TakeTheirKinds()
    {
        GraphBuilder builder = new("g", 20);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        Node node = builder
            .Node(
                "Any",
                "any",
                [x, null],
                [("axis", -1), ("alpha", 0.5f), ("mode", "tanh"), ("perm", new long[] { 1, 0 })],
                "com.microsoft"
            )
            .Producer!;
        Assert.Equal(-1, node.Attributes.GetInt("axis", 0));
        Assert.Equal(0.5f, node.Attributes.GetFloat("alpha", 0));
        Assert.Equal("tanh", node.Attributes.GetString("mode"));
        Assert.Equal([1, 0], node.Attributes.GetInts("perm")!.Value);
        Assert.Equal(1, builder.Build().OpsetImports["com.microsoft"]);
    }

    [Fact]
    public void Output_OfAnInput_IsCopiedByIdentity()
    {
        GraphBuilder builder = new("g", 20);
        Value x = builder.Input("x", ElementType.Float, 2);
        Value y = builder.Output(x, "y", ElementType.Float, 2);
        Assert.Equal("Identity", y.Producer!.OpType);
    }

    [Fact]
    public void Build_WrittenAndRead_KeepsTypesAndContents()
    {
        using Model model = ModelReader.Read(ModelWriter.ToBytes(BuildLinear()));
        Assert.Equal(20, model.Opset);
        Assert.Equal(9, model.IrVersion);
        Assert.Equal("float[B, 3]", model.Graph.Inputs[0].Type!.ToString());
        Assert.Equal([-1, 5], model.Graph.Initializers[1].Constant!.ToInt64s());
        Assert.Equal(15, model.Graph.Initializers[0].Constant!.ElementCount);
    }
}
