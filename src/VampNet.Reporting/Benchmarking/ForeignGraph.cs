using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;

namespace VampNet.Reporting.Benchmarking;

/// <summary>
/// The graph that another exporter made of a model. PyTorch's exporter takes upstream's modules, which start behind the lookup of
/// tokens: a transformer takes latents [B,C*latent,T] and gives [B,V,T*P]; the codec's decoder takes z [B,latent,T].
/// </summary>
internal static class ForeignGraph
{
    // Names of that lookup's result in our graphs, and whether its last two axes are swapped.
    private static readonly (string Value, bool IsByFrame)[] Lookups = [("embedding.latents", true), ("quantizer.z", false)];

    /// <summary>Makes the input of a foreign graph for the same tokens as ours. The lookup itself is then work that only ours
    /// does.</summary>
    /// <param name="ours">Our graph.</param>
    /// <param name="foreign">The other.</param>
    /// <param name="sample">The input of our graph.</param>
    /// <exception cref="ReportingException">VNP0106: the graph takes neither the same input nor looked-up tokens.</exception>
    public static ModelSample Feed(string ours, string foreign, ModelSample sample)
    {
        using Model model = ModelReader.Read(foreign);
        Value[] inputs = [.. model.Graph.Inputs.Where(input => input.Constant is null)];
        if (inputs is not [{ TensorType: { } type } input] || sample.Inputs is not [var own])
        {
            throw TakesSomethingElse(foreign, inputs);
        }

        bool isOfCodes = own.Values is long[];
        if (type.ElementType == (isOfCodes ? ElementType.Int64 : ElementType.Float))
        {
            return new ModelSample(sample.Name, [own with { Name = input.Name }]);
        }

        (string value, bool isByFrame) =
            type.ElementType == ElementType.Float ? Lookups.FirstOrDefault(lookup => Produces(ours, lookup.Value)) : default;
        return value is null
            ? throw TakesSomethingElse(foreign, inputs)
            : new ModelSample(sample.Name, [LookUp(ours, value, isByFrame, sample) with { Name = input.Name }]);
    }

    /// <summary>Refuses a foreign graph that gives other numbers than ours on the same tokens: times of two different models cannot be
    /// compared.</summary>
    /// <exception cref="ReportingException">VNP0106: the outputs differ beyond the budget that verification judges by.</exception>
    public static void RequireSameResult(TimedGraph ours, TimedGraph foreign, int length)
    {
        (Array expected, long[] shape) = ours.FirstOutput(length);
        (Array actual, long[] foreignShape) = foreign.FirstOutput(length);
        string found = $"an output of shape [{string.Join(',', foreignShape)}] where ours has [{string.Join(',', shape)}]";
        if (expected is float[] wanted && actual is float[] numbers && wanted.Length == numbers.Length)
        {
            bool isChannelMajor = shape is [_, _, _, var v] && foreignShape is [_, var rows, _] && rows == v;
            float[] ordered = isChannelMajor ? Transpose(numbers, foreignShape[1], foreignShape[2]) : numbers;
            Budget budget = VerificationPlan.Default.Budget(
                shape.Length == 4 ? VerificationPlan.OnnxFloat32 : VerificationPlan.AudioFloat32
            );
            TensorDifference difference = TensorComparer.Compare(wanted, ordered, shape);
            if (difference.IsWithin(budget.MaxAbsoluteError!.Value))
            {
                return;
            }

            found = $"{difference.Worst}, beyond budget {budget.Name}";
        }
        else if (expected is long[] codes && actual is long[] tokens && codes.AsSpan().SequenceEqual(tokens))
        {
            return;
        }

        throw new ReportingException(
            ReportingErrorIds.ForeignGraphDiffers,
            found: $"{found}, from {foreign.Path}",
            expected: $"what {ours.Path} computes on the same tokens",
            advice: "Export it from the same checkpoint, LoRA included"
        );
    }

    private static bool Produces(string path, string value)
    {
        using Model model = ModelReader.Read(path);
        return model.Graph.Nodes.Any(node => node.Outputs.Any(output => output.Name == value));
    }

    private static ModelInput LookUp(string ours, string value, bool isByFrame, ModelSample sample)
    {
        using GraphSession session = GraphSession.OpenWithValues(ours, [value]);
        (long[] shape, float[] values) = session.Run(
            sample,
            [value],
            (results, _) =>
                (
                    results[0].GetTensorTypeAndShape().Shape,
                    (float[])OutputReader.ReadNumbers(results[0], results[0].GetTensorTypeAndShape().ElementDataType)!
                )
        );
        return isByFrame
            ? new ModelInput(value, Transpose(values, shape[1], shape[2]), [shape[0], shape[2], shape[1]])
            : new ModelInput(value, values, shape);
    }

    // [B, rows, columns] to [B, columns, rows].
    private static float[] Transpose(float[] values, long rows, long columns)
    {
        float[] result = new float[values.Length];
        for (long i = 0; i < values.Length; i++)
        {
            (long batch, long at) = Math.DivRem(i, rows * columns);
            result[(batch * rows * columns) + (at % columns * rows) + (at / columns)] = values[i];
        }

        return result;
    }

    private static ReportingException TakesSomethingElse(string path, Value[] inputs) =>
        new(
            ReportingErrorIds.ForeignGraphDiffers,
            found: $"a graph that takes {string.Join(", ", inputs.AsEnumerable())}: {path}",
            expected: "codes [B,C,T] or audio [B,1,S] as our graph takes, or one tensor of looked-up tokens: latents [B,C*latent,T] or z "
                + "[B,latent,T]"
        );
}
