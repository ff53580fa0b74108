using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Scan: a body run for each slice of the scanned inputs, with states carried along.</summary>
internal static class ScanInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add("Scan", 8, static context => Scan(context, firstInput: 1, hasBatch: true));
        registry.Add("Scan", 9, static context => Scan(context, firstInput: 0, hasBatch: false));
    }

    /// <param name="context">The node.</param>
    /// <param name="firstInput">Version 8 has the sequence lengths in front of the states.</param>
    /// <param name="hasBatch">Whether states and scanned values have a batch axis that the body does not see, as in version 8.</param>
    private static void Scan(InferenceContext context, int firstInput, bool hasBatch)
    {
        long scanned = context.Int("num_scan_inputs", 0);
        long states = context.InputCount - firstInput - scanned;
        if (scanned < 1 || states < 0)
        {
            throw context.RefuseParameter($"'num_scan_inputs' = {scanned}", $"1 to {context.InputCount - firstInput}");
        }

        int hidden = hasBatch ? 1 : 0;
        (Dim? trips, Dim? batch) = (Dim.Unknown(), Dim.Unknown());
        var inputs = new List<Fact>();
        for (int i = 0; i < states + scanned; i++)
        {
            (ElementType element, TensorShape? shape) = (
                context.ElementOf(firstInput + i),
                context.ShapeOf(firstInput + i, i < states ? hidden : hidden + 1)
            );
            if (shape is not null)
            {
                if (hasBatch)
                {
                    batch = TypeMerger.BetterKnown(shape[0], batch);
                }

                int axis =
                    i < states ? -1
                    : hasBatch ? 1
                    : ScanAxis(context, "scan_input_axes", i - (int)states, shape.Rank);
                if (axis >= 0)
                {
                    trips = context.SameLength(shape[axis], trips, "the scanned axes");
                }

                shape = new TensorShape(shape.Where((_, at) => at != axis && at >= hidden));
            }

            inputs.Add(new Fact(new TensorType(element, shape)));
        }

        IReadOnlyList<Fact> results = context.InferSubgraph("body", inputs);
        if (results.Count != context.OutputCount)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.SubgraphMismatch,
                $"{results.Count} outputs of the body",
                $"{context.OutputCount}, as the node has",
                "Make them agree"
            );
        }

        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].Type is not TensorType { ElementType: var element, Shape: var shape })
            {
                continue;
            }

            var dims = shape?.ToList();
            if (i >= states && dims is not null)
            {
                dims.Insert(hasBatch ? 0 : ScanAxis(context, "scan_output_axes", i - (int)states, dims.Count + 1), trips);
            }

            if (hasBatch)
            {
                dims?.Insert(0, batch);
            }

            context.Set(
                i,
                element,
                i < states && shape is not null ? Carried(context, firstInput + i, dims!)
                    : dims is null ? null
                    : new TensorShape(dims)
            );
        }
    }

    /// <summary>A state keeps its shape from iteration to iteration.</summary>
    private static TensorShape Carried(InferenceContext context, int input, List<Dim> result)
    {
        if (context.ShapeOf(input, result.Count, result.Count) is not { } initial)
        {
            return new TensorShape(result);
        }

        return new TensorShape(initial.Zip(result, (before, after) => context.SameLength(before, after, $"state {input}")));
    }

    private static int ScanAxis(InferenceContext context, string attribute, int index, int rank)
    {
        ImmutableArray<long>? axes = context.Ints(attribute);
        return context.Axis(axes is { } given && index < given.Length ? given[index] : 0, rank, attribute);
    }
}
