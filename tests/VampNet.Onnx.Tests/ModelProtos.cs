using Google.Protobuf;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Tests;

/// <summary>Models spelled out as messages, for what the library itself would never write.</summary>
internal static class ModelProtos
{
    public static ValueInfoProto Tensor(string name, ElementType type, params long[] shape)
    {
        ValueInfoProto info = new()
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() },
            },
        };
        info.Type.TensorType.Shape.Dim.AddRange(shape.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length }));
        return info;
    }

    public static NodeProto Node(string opType, string inputs, string outputs)
    {
        NodeProto node = new() { OpType = opType, Name = $"node_{outputs}" };
        node.Input.AddRange(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        node.Output.AddRange(outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return node;
    }

    /// <summary>x float[2, 3] to y float[2, 3], opset 20, with the nodes given.</summary>
    public static ModelProto Model(params NodeProto[] nodes)
    {
        ModelProto model = new()
        {
            IrVersion = 9,
            Graph = new GraphProto { Name = "g" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 20 });
        model.Graph.Input.Add(Tensor("x", ElementType.Float, 2, 3));
        model.Graph.Output.Add(Tensor("y", ElementType.Float, 2, 3));
        model.Graph.Node.AddRange(nodes);
        return model;
    }

    public static TensorProto Floats(string name, params float[] values)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)ElementType.Float };
        tensor.Dims.Add(values.Length);
        tensor.FloatData.AddRange(values);
        return tensor;
    }

    /// <summary>Adds an attribute to a node.</summary>
    public static NodeProto With(this NodeProto node, AttributeProto attribute)
    {
        node.Attribute.Add(attribute);
        return node;
    }

    public static Model Read(this ModelProto model, string? folder = null) => ModelReader.Read(model.ToByteArray(), folder);

    /// <summary>The id with which reading the model is refused.</summary>
    public static string RefusalOf(ModelProto model, string? folder = null) => Assert.Throws<OnnxException>(() => model.Read(folder)).Id;
}
