namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Signals: DFT, STFT, windows, MelWeightMatrix.</summary>
internal static class SignalInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Window, "BlackmanWindow", "HammingWindow", "HannWindow");
        registry.Add(MelWeightMatrix, "MelWeightMatrix");
        registry.Add("DFT", 17, static context => Transform(context, context.Int("axis", 1)));
        registry.Add("DFT", 20, static context => Transform(context, context.Has(2) ? Number(context.ScalarOf(2)) : -2));
        registry.Add(ShortTimeTransform, "STFT");
    }

    private static void Window(InferenceContext context) =>
        context.Set(
            0,
            context.ElementTypeAttribute("output_datatype", ElementType.Float),
            new TensorShape(context.ScalarOf(0) ?? Dim.Unknown())
        );

    private static void MelWeightMatrix(InferenceContext context) =>
        context.Set(
            0,
            context.ElementTypeAttribute("output_datatype", ElementType.Float),
            new TensorShape(context.ScalarOf(1) is { } length ? HalfSpectrum(length) : Dim.Unknown(), context.ScalarOf(0) ?? Dim.Unknown())
        );

    /// <summary>The last axis holds real and imaginary part. A one-sided inverse gives real samples.</summary>
    private static void Transform(InferenceContext context, long? axisGiven)
    {
        (bool isInverse, bool isOneSided) = (context.Flag("inverse"), context.Flag("onesided"));
        TensorShape? shape = null;
        if (context.ShapeOf(0, 2) is { } input)
        {
            shape = input.With(input.Rank - 1, isInverse && isOneSided ? 1 : 2);
            if (axisGiven is { } given)
            {
                int axis = context.Axis(given, input.Rank);
                Dim length =
                    context.Has(1) ? context.ScalarOf(1) ?? Dim.Unknown()
                    : isInverse && isOneSided ? (input[axis] - 1) * 2
                    : input[axis];
                shape = shape.With(axis, isOneSided && !isInverse ? HalfSpectrum(length) : context.Natural(length, "the transform"));
            }
            else
            {
                shape = new TensorShape([.. TensorShape.OfRank(input.Rank - 1), shape[^1]]);
            }
        }

        context.Set(0, context.ElementOf(0), shape);
    }

    /// <summary>Signal [B, samples, 1 or 2] gives [B, frames, bins, 2].</summary>
    private static void ShortTimeTransform(InferenceContext context)
    {
        TensorShape? signal = context.ShapeOf(0, 2, 3);
        Dim? window = context.Has(2) ? context.ShapeOf(2, 1, 1)?[0] : null;
        Dim length = context.ScalarOf(3) ?? window ?? Dim.Unknown();
        Dim? step = context.ScalarOf(1);
        if (step is not null && step.UpperBound < 1)
        {
            throw context.RefuseParameter($"frame_step = {step}", "1 or more");
        }

        Dim frames =
            signal is null || step is null ? Dim.Unknown() : context.Natural((signal[1] - length).FloorDiv(step) + 1, "the frames");
        context.Set(
            0,
            context.ElementOf(0),
            new TensorShape(
                signal?[0] ?? Dim.Unknown(),
                frames,
                context.Flag("onesided", otherwise: true) ? HalfSpectrum(length) : length,
                2
            )
        );
    }

    private static Dim HalfSpectrum(Dim length) => length.FloorDiv(2) + 1;

    private static long? Number(Dim? dim) => dim is not null && dim.TryGetConstant(out long number) ? number : null;
}
