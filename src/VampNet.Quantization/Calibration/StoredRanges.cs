using System.Collections.Immutable;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Quantization.Calibration;

/// <summary>Reads the ranges of a statically quantized graph: the values that each QuantizeLinear represents without saturating.</summary>
internal static class StoredRanges
{
    /// <summary>Reads the ranges of a file.</summary>
    /// <returns>By the names of the value that is quantized and of what is restored from it; half a step beyond the outermost integers
    /// still rounds to them.</returns>
    public static ImmutableDictionary<string, ActivationRange> Read(string path)
    {
        using Model model = ModelReader.Read(path);
        Dictionary<string, ActivationRange> ranges = [];
        foreach (Node node in model.Graph.Nodes.Where(node => node.Is("QuantizeLinear")))
        {
            if (
                node.Inputs
                is [{ } value, { Constant: { ElementType: ElementType.Float, ElementCount: 1 } scale }, { Constant: { } zeroPoint }]
            )
            {
                bool signed = zeroPoint.ElementType == ElementType.Int8;
                byte[] offset = new byte[1];
                zeroPoint.CopyTo(offset);
                int lowest = signed ? -128 : 0;
                int zero = signed ? (sbyte)offset[0] : offset[0];
                float step = scale.ToSingles()[0];
                ActivationRange range = new((lowest - zero - 0.5f) * step, (lowest + 255 - zero + 0.5f) * step);
                ranges[value.Name] = range;
                foreach (Use use in node.Outputs[0].Uses)
                {
                    ranges[use.Node.Outputs[0].Name] = range;
                }
            }
        }

        return ranges.ToImmutableDictionary();
    }
}
