using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion.Rules;

/// <summary>
/// Dropout gives a mask of booleans since opset 10, before of numbers; it takes its ratio as an input since opset 12. Before that
/// version ONNX Runtime gives a mask of false when it runs a model, later of true: where the mask is read, a constant false takes its
/// place.
/// </summary>
internal static class DropoutRules
{
    public static void Register(ConversionRules rules)
    {
        rules.Add("Dropout", 10, MaskToBooleans);
        rules.Add("Dropout", 12, RatioToInput, RatioToAttribute);
    }

    private static bool GivesMask(Node node) =>
        node.Outputs is [_, { Name.Length: > 0 } mask] && (mask.IsGraphOutput || mask.Uses.Count > 0);

    private static void MaskToBooleans(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if (!GivesMask(node))
        {
            return;
        }

        ElementType element = conversion.ElementOf(0);
        if (element == ElementType.Undefined)
        {
            throw conversion.Refuse("the type of its mask is not known, and is bool since opset 10");
        }

        Value mask = node.Outputs[1];
        Graph graph = node.Graph;
        string name = graph.FreshName($"{mask.Name}.bool");
        Node cast = graph.InsertNode(graph.NextOf(node), "Cast", [node.Input(0)], [graph.FreshName(mask.Name)], [("to", (long)element)]);
        NodeConversion.Replace(mask, cast.Outputs[0]);
        mask.Name = name;
        mask.Type = new TensorType(ElementType.Bool, cast.Outputs[0].TensorType?.Shape);
        cast.SetInput(0, mask);
        conversion.Changed();
    }

    private static void RatioToInput(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if (GivesMask(node))
        {
            Value shape = conversion.Insert(
                "Shape",
                "shape",
                [node.Input(0)],
                [],
                new TensorType(ElementType.Int64, TensorShape.OfRank(1))
            );
            TensorData none = TensorData.FromArray([false], 1);
            Value mask = conversion.Insert("ConstantOfShape", "none", [shape], [("value", none)], node.Outputs[1].Type);
            NodeConversion.Replace(node.Outputs[1], mask);
            conversion.KeepOutputs(1);
        }

        if (conversion.TakeFloat("ratio") is { } ratio)
        {
            conversion.SetInputs(conversion.Node.Input(0), conversion.Constant($"ratio.{ratio:R}", TensorData.Scalar(ratio)));
        }
    }

    private static void RatioToAttribute(NodeConversion conversion)
    {
        Node node = conversion.Node;
        if (GivesMask(node) || (node.Input(2) is { } training && RewriteContext.ConstantOf(training)?.ToBytes() is not [0]))
        {
            throw conversion.Refuse("it gives a mask, or may train, which differs before opset 12");
        }

        float? ratio =
            node.Input(1) is not { } given ? null
            : RewriteContext.TryGetScalar(given, out double known) ? (float)known
            : throw conversion.Refuse("'ratio' is computed, and opset 11 takes it as a constant attribute");
        conversion.Take("seed");
        conversion.LowerWith(node.Input(0));
        if (ratio is { } number)
        {
            node.Attributes.Set(("ratio", number));
        }
    }
}
