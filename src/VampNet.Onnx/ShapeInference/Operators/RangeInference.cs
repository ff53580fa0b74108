using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Range: numbers from a start, by a step, up to a limit that is left out.</summary>
internal static class RangeInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Range, "Range");

    private static void Range(InferenceContext context)
    {
        ElementType element = context.CommonElement(0, 1, 2);
        (Dim? start, Dim? limit, Dim? step) = (context.ScalarOf(0), context.ScalarOf(1), context.ScalarOf(2));
        if (step is not null && step.Is(0))
        {
            throw context.RefuseParameter("the step 0", "another number");
        }

        if (start is not null && limit is not null && (step?.IsConstant == true || step?.HasElement == true))
        {
            var shape = new TensorShape(ChosenAxes.Known(() => Dim.Max((limit - start).CeilDiv(step), 0)));
            context.Set(0, element, shape, SymbolicTensor.Build(shape, at => start + (step * at[0])));
        }
        else
        {
            context.Set(0, element, new TensorShape(RealLength(context)));
        }
    }

    private static Dim RealLength(InferenceContext context)
    {
        if (context.NumbersOf(0) is not [var start] || context.NumbersOf(1) is not [var limit] || context.NumbersOf(2) is not [var step])
        {
            return Dim.Unknown();
        }

        double count = Math.Ceiling((limit - start) / step);
        return count is > -1e15 and < 1e15 ? Math.Max(0L, (long)count) : Dim.Unknown();
    }
}
