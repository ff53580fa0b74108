using VampNet.Onnx.Proto;
using VampNet.Onnx.TypeFixing;
using static VampNet.Onnx.Tests.ModelProtos;

namespace VampNet.Onnx.Tests.TypeFixing;

public sealed class TypeFixingPassTests
{
    private static readonly Dictionary<string, long> NoLengths = [];

    private static TypeRepair OnlyRepair(Model model) => Assert.Single(Fix(model).Repairs);

    private static TypeFixingReport Fix(Model model)
    {
        TypeFixingReport report = TypeFixingPass.Run(model);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(TypeFixingPass.Run(model).Repairs);
        return report;
    }

    private static TensorProto Doubles(string name, params double[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)ElementType.Double };
        tensor.Dims.Add(values.Length);
        tensor.DoubleData.AddRange(values);
        return tensor;
    }

    private static Model With(ModelProto proto, params TensorProto[] initializers)
    {
        proto.Graph.Initializer.AddRange(initializers);
        return proto.Read();
    }

    [Fact]
    public void Run_EveryGoldenModel_NeedsNoRepair()
    {
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model model = ModelReader.Read(bytes);
            TypeFixingReport report = TypeFixingPass.Run(model);
            Assert.True(report.Repairs.IsEmpty, $"{name}: {string.Join('\n', report.Repairs)}");
        }
    }

    [Fact]
    public void Run_ValueNameTwice_RenamesAllButTheOutput()
    {
        using Model model = Model(Node("Neg", "x", "y"), Node("Abs", "y", "a"), Node("Exp", "a", "y")).Read();
        model.Graph.Nodes[2].Name = "third";
        TypeRepair repair = OnlyRepair(model);
        Assert.Equal((TypeRepairKind.Name, "y", "y_1"), (repair.Kind, repair.Old, repair.New));
        Assert.Same(model.Graph.Nodes[2], model.Graph.Outputs[0].Producer);
        Assert.Equal("y_1", model.Graph.Nodes[1].Inputs[0]!.Name);
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_NodeNameTwice_RenamesTheSecond()
    {
        using Model model = Model(Node("Neg", "x", "a"), Node("Neg", "a", "y")).Read();
        model.Graph.Nodes[0].Name = "node_y";
        Assert.Equal(TypeRepairKind.Name, OnlyRepair(model).Kind);
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_ImportsMissing_AreAdded()
    {
        ModelProto proto = Model(Node("Neg", "x", "a"), Node("FastGelu", "a", "y"));
        proto.OpsetImport.Clear();
        proto.Graph.Node[1].Domain = "com.microsoft";
        using Model model = proto.Read();
        Assert.Equal(["ai.onnx 20", "com.microsoft 1"], Fix(model).Repairs.Select(repair => repair.New));
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_InitializerListedAsInput_BecomesAConstant()
    {
        ModelProto proto = Model(Node("Add", "x w", "y"));
        proto.IrVersion = 3;
        proto.Graph.Input.Add(Tensor("w", ElementType.Float, 3));
        using Model model = With(proto, Floats("w", 1, 2, 3));
        Assert.Equal([TypeRepairKind.InitializerInput, TypeRepairKind.InitializerInput], Fix(model).Repairs.Select(repair => repair.Kind));
        Assert.Equal("x", Assert.Single(model.Graph.Inputs).Name);
        Assert.Equal(4, model.IrVersion);
    }

    [Fact]
    public void Run_DoubleConstantBesideFloat_IsConvertedInPlace()
    {
        using Model model = With(Model(Node("Mul", "x w", "y")), Doubles("w", 0.5, 2, -3));
        TypeRepair repair = OnlyRepair(model);
        Assert.Equal((TypeRepairKind.Constant, "double", "float"), (repair.Kind, repair.Old, repair.New));
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_DoubleConstantThatFloatDoesNotHave_IsCast()
    {
        using Model model = With(Model(Node("Mul", "x w", "y")), Doubles("w", 0.1, 2, -3));
        Assert.Equal(TypeRepairKind.Cast, OnlyRepair(model).Kind);
        Assert.Equal(["Cast", "Mul"], model.Graph.Nodes.Select(node => node.OpType));
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_Int32TargetOfReshape_IsConvertedAndSharedConstantStays()
    {
        TensorProto target = new()
        {
            Name = "t",
            DataType = (int)ElementType.Int32,
            Dims = { 2 },
            Int32Data = { 2, 3 },
        };
        ModelProto proto = Model(
            Node("Cast", "t", "f")
                .With(
                    new AttributeProto
                    {
                        Name = "to",
                        Type = AttributeProto.Types.AttributeType.Int,
                        I = 7,
                    }
                ),
            Node("Reshape", "x t", "y")
        );
        using Model model = With(proto, target);
        Assert.Equal(TypeRepairKind.Constant, OnlyRepair(model).Kind);
        Assert.Equal(ElementType.Int32, model.Graph.Nodes[0].Inputs[0]!.Constant!.ElementType);
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_ComputedInt32Index_IsWidenedByCast()
    {
        ModelProto proto = Model(Node("Abs", "s", "t"), Node("Reshape", "x t", "y"));
        proto.Graph.Output[0].Type.TensorType.Shape = null;
        proto.Graph.Input.Add(Tensor("s", ElementType.Int32, 2));
        using Model model = proto.Read();
        Assert.Contains(Fix(model).Repairs, repair => repair.Kind == TypeRepairKind.Cast);
        Assert.Equal(["Abs", "Cast", "Reshape"], model.Graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Run_OutputOfAnotherTypeOrShape_IsDeclaredAnew()
    {
        ModelProto proto = Model(Node("Neg", "x", "y"));
        proto.Graph.Output[0] = Tensor("y", ElementType.Double, 3, 2);
        using Model model = proto.Read();
        TypeRepair repair = OnlyRepair(model);
        Assert.Equal((TypeRepairKind.Declaration, "double[3, 2]", "float[2, 3]"), (repair.Kind, repair.Old, repair.New));
        Assert.Equal(6, OrtRunner.Run(model, NoLengths)[0].Length);
    }

    [Fact]
    public void Run_OutputWithoutType_GetsOne()
    {
        ModelProto proto = Model(Node("Neg", "x", "y"));
        proto.Graph.Output[0].Type = null;
        using Model model = proto.Read();
        Assert.Equal("float[2, 3]", OnlyRepair(model).New);
    }

    private static Model AddComputed(ElementType type)
    {
        ModelProto proto = Model(Node("Add", "x i", "y"));
        proto.Graph.Input.Add(Tensor("i", type, 3));
        return proto.Read();
    }

    [Fact]
    public void Run_ComputedOperandThatTheOtherTypeHolds_IsWidenedByCast()
    {
        using Model model = AddComputed(ElementType.Float16);
        Assert.Equal(TypeRepairKind.Cast, OnlyRepair(model).Kind);
    }

    [Fact]
    public void Run_ComputedOperandsThatNeitherTypeHolds_AreAnError()
    {
        using Model model = AddComputed(ElementType.Int64);
        Assert.Equal(DiagnosticIds.TypeUnrepairable, Assert.Throws<OnnxException>(() => TypeFixingPass.Run(model)).Id);
    }

    [Fact]
    public void Run_FractionAsAnIndex_IsAnError()
    {
        using Model model = With(Model(Node("Reshape", "x t", "y")), Floats("t", 1.5f, 4));
        Assert.Equal(DiagnosticIds.TypeUnrepairable, Assert.Throws<OnnxException>(() => TypeFixingPass.Run(model)).Id);
    }
}
