using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.TestSupport.ExportedModels;

/// <summary>A pipeline of scikit-learn: features scaled by operators of ai.onnx.ml, a perceptron, the label of the likeliest class, and
/// the probabilities as a sequence of maps from label to number.</summary>
internal static class FeatureClassifier
{
    private const int Features = 8;
    private const int Hidden = 32;

    private static readonly long[] Labels = [10, 20, 30];
    private static readonly Dim N = Dim.Symbol("None");

    /// <summary>X [N,8] to output_label int64 [N] and output_probability, a sequence of maps.</summary>
    /// <param name="opset">The version of ai.onnx.</param>
    public static Model Build(int opset)
    {
        ExporterGraph g = new(opset, ElementType.Float, false);
        Value x = g.Input("X", N, Features);
        Value scaled = Own(g, "Scaler", [x], Numbers("offset", 0.1f), Numbers("scale", 2));
        Value hidden = g.Node("Relu", [g.Node("Add", [g.Node("MatMul", [scaled, g.Weight(Features, Hidden)]), g.Weight(1, Hidden)])]);
        Value scores = g.Node("Add", [g.Node("MatMul", [hidden, g.Weight(Hidden, Labels.Length)]), g.Weight(1, Labels.Length)]);
        Value likely = g.Node("Softmax", [scores], ("axis", 1));
        Value classes = g.Builder.Weight("classes", TensorData.FromArray(Array.ConvertAll(Labels, label => (int)label), Labels.Length));
        Value label = Own(g, "ArrayFeatureExtractor", [classes, g.Node("ArgMax", [likely], ("axis", 1))]);
        g.Builder.Output(g.Cast(g.Reshape(label, -1), ElementType.Int64), "output_label", ElementType.Int64, N);
        Value map = Own(g, "ZipMap", [likely], ("classlabels_int64s", Labels));
        map.Name = "output_probability";
        map.Type = new SequenceType(new MapType(ElementType.Int64, new TensorType(ElementType.Float, new TensorShape([]))));
        g.Builder.Graph.AddOutput(map);
        return g.Build();
    }

    private static Attribute Numbers(string name, float value) => Attribute.Of(name, [.. Enumerable.Repeat(value, Features)]);

    private static Value Own(ExporterGraph g, string opType, Value[] inputs, params ReadOnlySpan<Attribute> attributes) =>
        g.Builder.Node(opType, opType, inputs, attributes, "ai.onnx.ml");
}
