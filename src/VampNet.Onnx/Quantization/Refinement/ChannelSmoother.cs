using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>
/// SmoothQuant: scales the channels of activations to similar sizes before they are quantized, without changing what the model computes.
/// One scale for a whole activation fits its largest channel and leaves few levels for the others. For y = x W, where something before x
/// can be scaled in its channels,
/// <code>
/// y = (x / s) (diag(s) W),   s[k] = rms(x[k])^(1/2)
/// </code>
/// x / s costs nothing at run time: the factors go into existing constants (<see cref="ScaleAbsorption"/>). Half of a channel's size
/// goes into the weights, as in G. Xiao et al., "SmoothQuant", 2023; with few samples, the root mean square varies less than the largest
/// value.
/// </summary>
public static class ChannelSmoother
{
    // Least size of a channel relative to the largest. A channel that hardly moved in the samples may move on other inputs, and would then
    // take the whole range.
    private const float LeastSize = 1f / 1024;

    /// <summary>The activations whose channels must be measured: what constant matrices multiply. The model stays as it is.</summary>
    /// <param name="model">The model, in floating point.</param>
    /// <param name="selection">The products that will be quantized.</param>
    /// <returns>The number of channels by the activation's name.</returns>
    public static ImmutableDictionary<string, int> ActivationsToMeasure(Model model, NodeSelection selection)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(selection);
        Model copy = ModelCopy.Of(model);
        ConstantLifting.Lift(copy);
        return Products(copy, selection)
            .DistinctBy(product => product.Node.Inputs[0])
            .ToImmutableDictionary(product => product.Node.Inputs[0]!.Name, product => (int)product.Matrix.Shape[0]);
    }

    /// <summary>Smooths the activations of selected products, in place. Large constants are multiplied only while they are
    /// written.</summary>
    /// <param name="model">The model, in floating point.</param>
    /// <param name="calibration">Measurements on the calibration set: the root mean squares of channels.</param>
    /// <param name="selection">The products that will be quantized.</param>
    public static SmoothingReport Apply(Model model, CalibrationData calibration, NodeSelection selection)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(selection);
        ConstantLifting.Lift(model);
        List<SmoothedActivation> smoothed = [];
        List<UnsmoothedActivation> left = [];
        foreach (Value activation in Products(model, selection).Select(product => product.Node.Inputs[0]!).Distinct().ToImmutableArray())
        {
            (ImmutableArray<ScaledConstant> constants, ImmutableArray<Value> values, string reason) = Places(
                activation,
                calibration.ChannelSizes.GetValueOrDefault(activation.Name)
            );
            if (constants.IsEmpty)
            {
                left.Add(new UnsmoothedActivation(activation.Name, reason));
                continue;
            }

            smoothed.Add(Smooth(activation, constants, values, Factors(calibration.ChannelSizes[activation.Name])));
        }

        return new SmoothingReport([.. smoothed], [.. left]);
    }

    private static IEnumerable<MatrixWeight> Products(Model model, NodeSelection selection)
    {
        ImmutableHashSet<Node> left = EntryProduct.ToLeave(model, selection);
        return model
            .Graph.Nodes.Where(node => selection.ReasonAgainst(node) is null && !left.Contains(node))
            .Select(node => MatrixWeight.Of(node).Weight)
            .OfType<MatrixWeight>();
    }

    private static (ImmutableArray<ScaledConstant> Constants, ImmutableArray<Value> Values, string Reason) Places(
        Value activation,
        float[]? sizes
    )
    {
        if (sizes is null)
        {
            return ([], [], "calibration saw no value of it");
        }

        if (activation.IsGraphOutput)
        {
            return ([], [], "it is an output of the graph");
        }

        foreach (Use use in activation.Uses)
        {
            if (
                use.InputIndex != 0
                || MatrixWeight.Of(use.Node).Weight is not { } weight
                || weight.Value.Owner != use.Node.Graph
                || weight.Matrix.Shape[0] != sizes.Length
            )
            {
                return ([], [], $"{use.Node.OpType} reads it too");
            }
        }

        return ScaleAbsorption.Find(activation, sizes.Length);
    }

    private static SmoothedActivation Smooth(
        Value activation,
        ImmutableArray<ScaledConstant> constants,
        ImmutableArray<Value> values,
        float[] factors
    )
    {
        float[] inverses = Array.ConvertAll(factors, factor => 1 / factor);
        ImmutableArray<string> names = [.. constants.Select(constant => constant.Name)];
        foreach (ScaledConstant constant in constants)
        {
            constant.Multiply(inverses);
        }

        foreach (Node reader in activation.Uses.Select(use => use.Node).ToImmutableArray())
        {
            new ScaledConstant(reader, 1, MatrixWeight.Of(reader).Weight!.Transposed ? 1 : 0, 0).Multiply(factors);
        }

        return new SmoothedActivation(activation.Name, names, [.. values.Select(value => value.Name)], [.. factors]);
    }

    // Their geometric mean is 1, so that an activation as a whole keeps its size. A channel that was always 0 keeps its size.
    private static float[] Factors(float[] measured)
    {
        float least = measured.Max() * LeastSize;
        float[] sizes = Array.ConvertAll(measured, size => size > 0 ? Math.Max(size, least) : 0);
        double[] logarithms = [.. sizes.Where(size => size > 0).Select(size => Math.Log(size))];
        double mean = logarithms.Length == 0 ? 0 : logarithms.Average();
        return Array.ConvertAll(sizes, size => size > 0 ? (float)Math.Exp((Math.Log(size) - mean) / 2) : 1);
    }
}
