using Google.Protobuf;
using VampNet.Onnx.Proto;
using static VampNet.Onnx.Tests.ModelProtos;
using Kind = VampNet.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace VampNet.Onnx.Tests;

public sealed class ModelReaderTests
{
    private static readonly NodeProto Identity = Node("Identity", "x", "y");

    private static ModelProto WithInitializer(TensorProto tensor)
    {
        ModelProto model = Model(Identity.Clone());
        model.Graph.Initializer.Add(tensor);
        return model;
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    public void Read_AnotherKindOfFile_IsRefused(string contents)
    {
        OnnxException error = Assert.Throws<OnnxException>(() => ModelReader.Read(System.Text.Encoding.UTF8.GetBytes(contents)));
        Assert.Equal(DiagnosticIds.NotAModel, error.Id);
    }

    [Fact]
    public void Read_EmptyFile_HasNoGraph()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.File("empty.onnx"), []);
        Assert.Equal(DiagnosticIds.GraphMissing, Assert.Throws<OnnxException>(() => ModelReader.Read(folder.File("empty.onnx"))).Id);
    }

    [Fact]
    public void Read_CutShortAnywhere_IsRefusedOrStillAModel()
    {
        byte[] bytes = WithInitializer(Floats("w", 1, 2, 3)).ToByteArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlyMemory<byte> part = bytes.AsMemory(0, length);
            if (Record.Exception(() => ModelReader.Read(part)) is { } exception)
            {
                Assert.IsType<OnnxException>(exception);
            }
        }

        Assert.Throws<OnnxException>(() => ModelReader.Read(bytes.AsMemory(0, bytes.Length / 2)));
    }

    [Fact]
    public void Read_SubgraphsNestedTooDeep_IsRefused()
    {
        GraphProto graph = new() { Name = "core" };
        for (int i = 0; i < 60; i++)
        {
            GraphProto outer = new() { Name = "g" };
            outer.Node.Add(
                Node("If", "x", "y")
                    .With(
                        new AttributeProto
                        {
                            Name = "then_branch",
                            Type = Kind.Graph,
                            G = graph,
                        }
                    )
            );
            graph = outer;
        }

        ModelProto model = Model();
        model.Graph.Node.AddRange(graph.Node);
        Assert.Equal(DiagnosticIds.TooDeep, RefusalOf(model));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    [InlineData(-1)]
    public void Read_TensorOfUnknownElementType_IsRefused(int dataType) =>
        Assert.Equal(DiagnosticIds.TensorElementType, RefusalOf(WithInitializer(new TensorProto { Name = "w", DataType = dataType })));

    [Theory]
    [InlineData(-1L, 2L)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(0L, -3L)]
    public void Read_TensorOfImpossibleShape_IsRefused(long rows, long columns) =>
        Assert.Equal(
            DiagnosticIds.TensorShapeInvalid,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 1,
                        Dims = { rows, columns },
                    }
                )
            )
        );

    [Fact]
    public void Read_TensorWithTooFewElements_IsRefused()
    {
        Assert.Equal(
            DiagnosticIds.TensorLength,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 1,
                        Dims = { 3 },
                        FloatData = { 1, 2 },
                    }
                )
            )
        );
        Assert.Equal(
            DiagnosticIds.TensorLength,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 1,
                        Dims = { 3 },
                        RawData = ByteString.CopyFrom(1, 2, 3),
                    }
                )
            )
        );
        Assert.Equal(
            DiagnosticIds.TensorLength,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 1,
                        Dims = { 1L << 40 },
                    }
                )
            )
        );
    }

    [Fact]
    public void Read_TensorInSegmentsOrRawStrings_IsRefused()
    {
        Assert.Equal(
            DiagnosticIds.TensorStorage,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 1,
                        Segment = new() { Begin = 0, End = 1 },
                    }
                )
            )
        );
        Assert.Equal(
            DiagnosticIds.TensorStorage,
            RefusalOf(
                WithInitializer(
                    new TensorProto
                    {
                        Name = "w",
                        DataType = 8,
                        RawData = ByteString.CopyFrom(1),
                    }
                )
            )
        );
    }

    [Fact]
    public void Read_ValueOfUnknownElementType_IsRefused()
    {
        ModelProto model = Model(Identity.Clone());
        model.Graph.Input[0].Type.TensorType.ElemType = 77;
        Assert.Equal(DiagnosticIds.TypeMalformed, RefusalOf(model));
    }

    [Fact]
    public void Read_AttributeWhoseContentsAreMissing_IsRefused() =>
        Assert.Equal(
            DiagnosticIds.AttributeMalformed,
            RefusalOf(Model(Node("Cast", "x", "y").With(new AttributeProto { Name = "value", Type = Kind.Tensor })))
        );

    [Fact]
    public void Read_SameAttributeImportOrMetadataTwice_IsRefused()
    {
        AttributeProto axis = new()
        {
            Name = "axis",
            Type = Kind.Int,
            I = 1,
        };
        Assert.Equal(DiagnosticIds.DuplicateEntry, RefusalOf(Model(Node("Softmax", "x", "y").With(axis).With(axis.Clone()))));
        ModelProto twoImports = Model(Identity.Clone());
        twoImports.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 7 });
        Assert.Equal(DiagnosticIds.DuplicateEntry, RefusalOf(twoImports));
        ModelProto twoFacts = Model(Identity.Clone());
        twoFacts.MetadataProps.Add([
            new StringStringEntryProto { Key = "k", Value = "1" },
            new StringStringEntryProto { Key = "k", Value = "2" },
        ]);
        Assert.Equal(DiagnosticIds.DuplicateEntry, RefusalOf(twoFacts));
    }

    [Fact]
    public void Read_AttributeAskedForAsAnotherKind_IsRefused()
    {
        using Model model = Model(
                Node("Softmax", "x", "y")
                    .With(
                        new AttributeProto
                        {
                            Name = "axis",
                            Type = Kind.Int,
                            I = 1,
                        }
                    )
            )
            .Read();
        AttributeMap attributes = model.Graph.Nodes[0].Attributes;
        Assert.Equal(1, attributes.GetInt("axis"));
        Assert.Equal(DiagnosticIds.AttributeKind, Assert.Throws<OnnxException>(() => attributes.GetFloat("axis", 0)).Id);
        Assert.Equal(DiagnosticIds.AttributeKind, Assert.Throws<OnnxException>(() => attributes.GetString("mode")).Id);
        Assert.Equal(DiagnosticIds.AttributeKind, Assert.Throws<OnnxException>(() => attributes["axis"]!.Tensor).Id);
    }

    [Fact]
    public void Read_AttributeWithoutStatedType_TakesTheFilledField()
    {
        using Model model = Model(Node("Softmax", "x", "y").With(new AttributeProto { Name = "axis", I = 1 })).Read();
        Assert.Equal(1, model.Graph.Nodes[0].Attributes.GetInt("axis"));
    }

    [Fact]
    public void Read_SubgraphReadsOuterValue_HoldsTheSameValue()
    {
        GraphProto branch = new() { Name = "branch" };
        branch.Node.Add(Node("Neg", "x", "inner"));
        branch.Output.Add(Tensor("inner", ElementType.Float, 2, 3));
        using Model model = Model(
                Node("If", "x", "y")
                    .With(
                        new AttributeProto
                        {
                            Name = "then_branch",
                            Type = Kind.Graph,
                            G = branch,
                        }
                    )
            )
            .Read();
        Graph inner = model.Graph.Nodes[0].Attributes.GetGraph("then_branch");
        Assert.Same(model.Graph, inner.Parent);
        Assert.Same(model.Graph.Inputs[0], inner.Nodes[0].Inputs[0]);
        Assert.Equal(2, model.Graph.Inputs[0].Uses.Count);
    }

    [Fact]
    public void Read_WhatTheRepresentationDoesNotKnow_SurvivesTheRoundTrip()
    {
        byte[] future = [0xC2, 0x3E, 0x03, (byte)'n', (byte)'e', (byte)'w'];
        ModelProto model = ModelProto.Parser.ParseFrom([.. Model().ToByteArray(), .. future]);
        model.Graph.Node.Add(NodeProto.Parser.ParseFrom([.. Node("Identity", "x", "y").ToByteArray(), .. future]));
        model.Graph.Node[0].MetadataProps.Add(new StringStringEntryProto { Key = "k", Value = "v" });
        model
            .Graph.Node[0]
            .Attribute.Add(
                AttributeProto.Parser.ParseFrom([
                    .. new AttributeProto
                    {
                        Name = "t",
                        Type = Kind.Tensor,
                        T = TensorProto.Parser.ParseFrom([.. Floats("w", 1).ToByteArray(), .. future]),
                    }.ToByteArray(),
                    .. future,
                ])
            );
        model.Graph.Initializer.Add(TensorProto.Parser.ParseFrom([.. Floats("c", 1, 2).ToByteArray(), .. future]));
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0].Denotation = "DATA_BATCH";
        model.Graph.QuantizationAnnotation.Add(new TensorAnnotation { TensorName = "x" });
        model.Graph.ValueInfo.Add(Tensor("no such value", ElementType.Int8, 1));
        model.TrainingInfo.Add(new TrainingInfoProto { Algorithm = new GraphProto { Name = "train" } });
        model.Configuration.Add(new DeviceConfigurationProto { Name = "device", NumDevices = 2 });
        model.Graph.SparseInitializer.Add(
            new SparseTensorProto
            {
                Values = Floats("sparse", 5),
                Indices = new TensorProto
                {
                    DataType = (int)ElementType.Int64,
                    Dims = { 1 },
                    Int64Data = { 4 },
                },
                Dims = { 2, 3 },
            }
        );
        FunctionProto function = new()
        {
            Name = "F",
            Domain = "local",
            Overload = "o",
            Input = { "a" },
            Output = { "b" },
            Attribute = { "alpha" },
        };
        function.Node.Add(Node("Neg", "a", "b"));
        function.AttributeProto.Add(
            new AttributeProto
            {
                Name = "beta",
                Type = Kind.Float,
                F = 1,
            }
        );
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 20 });
        model.Functions.Add(function);

        byte[] bytes = model.ToByteArray();
        using Model read = ModelReader.Read(bytes);
        Assert.Equal(bytes, ModelWriter.ToBytes(read));
        Assert.Equal("float[2, 3]", read.Graph.Initializers[1].Type!.ToString());
    }

    [Fact]
    public void Read_TypesOfEveryKind_Print()
    {
        TypeProto tensor = Tensor("t", ElementType.Float, 2).Type;
        ModelProto model = Model(Identity.Clone());
        model.Graph.Input.Add(
            new ValueInfoProto
            {
                Name = "seq",
                Type = new TypeProto { SequenceType = new() { ElemType = tensor } },
            }
        );
        model.Graph.Input.Add(
            new ValueInfoProto
            {
                Name = "opt",
                Type = new TypeProto { OptionalType = new() { ElemType = tensor } },
            }
        );
        model.Graph.Input.Add(
            new ValueInfoProto
            {
                Name = "map",
                Type = new TypeProto
                {
                    MapType = new() { KeyType = 7, ValueType = tensor },
                },
            }
        );
        model.Graph.Input.Add(
            new ValueInfoProto
            {
                Name = "sparse",
                Type = new TypeProto
                {
                    SparseTensorType = new() { ElemType = 1, Shape = tensor.TensorType.Shape },
                },
            }
        );
        model.Graph.Input.Add(
            new ValueInfoProto
            {
                Name = "opaque",
                Type = new TypeProto
                {
                    OpaqueType = new() { Domain = "d", Name = "n" },
                },
            }
        );
        using Model read = model.Read();
        Assert.Equal(
            ["float[2, 3]", "seq(float[2])", "optional(float[2])", "map(int64, float[2])", "sparse(float[2])", "opaque(d, n)"],
            read.Graph.Inputs.Select(input => input.Type!.ToString())
        );
        foreach (Value input in read.Graph.Inputs)
        {
            input.Type = input.Type! with { };
        }

        Assert.Equal(ModelWriter.ToBytes(model.Read()), ModelWriter.ToBytes(read));
    }
}
