using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>The list of axes that older versions of an operator take as attribute, and newer ones as the second input.</summary>
internal static class AxesParameter
{
    /// <summary>The axes that an input of the model names, counted from the front; null when there are none such.</summary>
    public static Dim[]? Chosen(InferenceContext context, int rank, int input = 1) =>
        context.ElementsOf(input) is { Elements: { IsEmpty: false } axes } ? ChosenAxes.Of(axes, rank) : null;

    /// <summary>The axes, as given; null when there are none, or they are not known.</summary>
    /// <param name="context">The node.</param>
    /// <param name="isGiven">Whether there are axes, known or not.</param>
    /// <param name="input">The input that may hold them.</param>
    public static long[]? Of(InferenceContext context, out bool isGiven, int input = 1)
    {
        if (context.Ints("axes") is { } attribute)
        {
            isGiven = true;
            return [.. attribute];
        }

        isGiven = context.Has(input);
        return context.ElementsOf(input) is { } elements && elements.TryGetConstants(out ImmutableArray<long> axes) ? [.. axes] : null;
    }
}
