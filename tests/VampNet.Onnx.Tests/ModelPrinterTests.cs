using VampNet.Onnx.Proto;
using static VampNet.Onnx.Tests.ModelProtos;

namespace VampNet.Onnx.Tests;

public sealed class ModelPrinterTests
{
    [Fact]
    public void Print_ModelOfEveryKind_IsTheSnapshot()
    {
        GraphProto branch = new() { Name = "then" };
        branch.Node.Add(Node("Neg", "x", "inner"));
        branch.Output.Add(Tensor("inner", ElementType.Float, 2, 3));
        NodeProto choose = Node("If", "flag", "c")
            .With(
                new AttributeProto
                {
                    Name = "then_branch",
                    Type = AttributeProto.Types.AttributeType.Graph,
                    G = branch,
                }
            );
        NodeProto call = Node("F", "c", "y")
            .With(
                new AttributeProto
                {
                    Name = "alpha",
                    Type = AttributeProto.Types.AttributeType.Float,
                    F = 0.1f,
                }
            );
        call.Domain = "local";
        ModelProto model = Model(choose, call);
        model.ProducerName = "maker";
        model.ProducerVersion = "1.0";
        model.MetadataProps.Add(new StringStringEntryProto { Key = "k", Value = "a \"b\"" });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        model.Graph.Initializer.Add(
            new TensorProto
            {
                Name = "flag",
                DataType = (int)ElementType.Bool,
                Int32Data = { 1 },
            }
        );
        model.Graph.Initializer.Add(Floats("long", 1, 2, 3, 4, 5, 6, 7, 8, 9));
        FunctionProto function = new()
        {
            Name = "F",
            Domain = "local",
            Input = { "a" },
            Output = { "b" },
            Attribute = { "alpha" },
        };
        function.Node.Add(
            Node("LeakyRelu", "a", "b")
                .With(
                    new AttributeProto
                    {
                        Name = "alpha",
                        RefAttrName = "alpha",
                        Type = AttributeProto.Types.AttributeType.Float,
                    }
                )
        );
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 20 });
        model.Functions.Add(function);

        using Model read = model.Read();
        Assert.Equal(
            """
            model ir 9 ai.onnx:20 local:1
            producer "maker 1.0"
            metadata "k" = "a \"b\""
            graph g(%x: float[2, 3]) -> (%y: float[2, 3]) {
              %flag = bool[] {true}
              %long = float[9]
              %c = If(%flag) # node_c
                then_branch:
                graph then() -> (%inner: float[2, 3]) {
                  %inner: float[2, 3] = Neg(%x) # node_inner
                }
              %y: float[2, 3] = local::F<alpha=0.1>(%c) # node_y
            }
            function local::F<alpha> ai.onnx:20
            graph F(%a: ?) -> (%b: ?) {
              %b = LeakyRelu<alpha=@alpha>(%a) # node_b
            }

            """,
            ModelPrinter.Print(read)
        );
    }

    [Fact]
    public void Print_EveryGoldenModel_IsStable()
    {
        foreach ((string name, byte[] bytes) in GoldenModels.Nodes)
        {
            using Model first = ModelReader.Read(bytes);
            using Model second = ModelReader.Read(ModelWriter.ToBytes(first));
            string text = ModelPrinter.Print(first);
            Assert.Equal(text, ModelPrinter.Print(second));
            Assert.True(first.Graph.Nodes.All(node => text.Contains(node.OpType, StringComparison.Ordinal)), name);
        }
    }
}
