using VampNet.Onnx;
using Attribute = VampNet.Onnx.Attribute;

namespace VampNet.Export;

/// <summary>
/// Makes of a codec's decoder the one that descript-audio-codec decodes windows with: no convolution pads, so a window of T frames
/// gives fewer samples, and a residual unit adds the middle of its input. Any graph of ours serves, optimized and quantized ones too.
/// </summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>CodecMixin.padding</c> and <c>ResidualUnit.forward</c>.</remarks>
public static class UnpaddedDecoder
{
    private const int TimeAxis = 2;

    /// <summary>The decoder at <paramref name="path"/> without padding.</summary>
    /// <param name="path">codec_decoder.onnx, with its data beside it.</param>
    /// <returns>An ONNX model, weights inline, with the metadata of the original.</returns>
    /// <exception cref="OnnxException">The file is no ONNX model.</exception>
    public static byte[] Read(string path)
    {
        using Model model = ModelReader.Read(path);
        Remove(model.Graph);
        return ModelWriter.ToBytes(model);
    }

    private static void Remove(Graph graph)
    {
        // By how many samples on either side a value is shorter than its padded twin. A value without an entry has no time axis.
        Dictionary<Value, long> trims = graph.Inputs.ToDictionary(input => input, _ => 0L);
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Inputs.Any(input => input is not null && trims.ContainsKey(input)))
            {
                continue;
            }

            long trim = node.Inputs.Max(input => input is null ? 0 : trims.GetValueOrDefault(input));
            long padding = RemovePadding(node);
            if (IsStrided(node))
            {
                // All that follows descends from this value: lengths are counted from it.
                trim = 0;
            }
            else
            {
                CropInputs(node, trim, trims);
                trim += padding;
            }

            foreach (Value output in node.Outputs)
            {
                output.Type = null;
                trims[output] = trim;
            }
        }

        foreach (Value output in graph.Outputs)
        {
            output.Type = new TensorType(ElementType.Float, new TensorShape([Dim.Symbol("B"), Dim.Of(1), Dim.Symbol("S")]));
        }
    }

    private static bool IsStrided(Node node) =>
        node.OpType == "ConvTranspose" || (node.Attributes.GetInts("strides") is { } strides && strides.Any(stride => stride > 1));

    private static long RemovePadding(Node node)
    {
        if (!node.Attributes.Contains("kernel_shape") || node.Attributes.GetInts("pads") is not { } pads)
        {
            return 0;
        }

        node.Attributes.Set(Attribute.Of("pads", new long[pads.Length]));
        return pads[0];
    }

    private static void CropInputs(Node node, long trim, Dictionary<Value, long> trims)
    {
        Graph graph = node.Graph;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not { } input || !trims.TryGetValue(input, out long less) || less == trim)
            {
                continue;
            }

            string name = $"{node.Name}.middle";
            long crop = trim - less;
            Value[] inputs = [input, Constant("starts", crop), Constant("ends", -crop), Constant("axes", TimeAxis)];
            Node slice = graph.InsertNode(node, "Slice", inputs, [graph.FreshName($"{name}.output")], name: graph.FreshName(name));
            trims[slice.Outputs[0]] = trim;
            node.SetInput(i, slice.Outputs[0]);

            Value Constant(string role, long value) =>
                graph.AddInitializer(graph.FreshName($"{name}.{role}"), TensorData.FromArray([value], 1));
        }
    }
}
