namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Operators that change each element by itself: the result has the first input's shape.</summary>
internal static class ElementwiseInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(
            LikeFirst,
            "Acos",
            "Acosh",
            "Asin",
            "Asinh",
            "Atan",
            "Atanh",
            "BitwiseNot",
            "Celu",
            "Clip",
            "Cos",
            "Cosh",
            "CumSum",
            "CumProd",
            "Elu",
            "Erf",
            "Exp",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Hardmax",
            "LeakyRelu",
            "Log",
            "LogSoftmax",
            "LpNormalization",
            "LRN",
            "MeanVarianceNormalization",
            "Mish",
            "Reciprocal",
            "ReverseSequence",
            "Round",
            "ScaledTanh",
            "Selu",
            "Shrink",
            "Sigmoid",
            "Sign",
            "Sin",
            "Sinh",
            "Softmax",
            "Softplus",
            "Softsign",
            "Sqrt",
            "Swish",
            "Tan",
            "Tanh",
            "ThresholdedRelu",
            "Affine",
            "ParametricSoftplus"
        );
        registry.Add(ToBool, "IsInf", "IsNaN", "Not");
        registry.Add(Identity, "Identity");
        registry.Add(static context => Each(context, static element => -element), "Neg");
        registry.Add(static context => Each(context, static element => Dim.Max(element, 0)), "Relu");
        registry.Add(static context => Each(context, static element => Dim.Max(element, -element)), "Abs");
        registry.Add(Trilu, "Trilu");
        registry.Add(Dropout, "Dropout");
    }

    private static void LikeFirst(InferenceContext context) => context.SetLike(0, 0);

    private static void ToBool(InferenceContext context) => context.Set(0, ElementType.Bool, context.ShapeOf(0));

    private static void Identity(InferenceContext context) => context.Set(0, context.FactOf(0));

    private static void Each(InferenceContext context, Func<Dim, Dim?> change) =>
        context.Set(0, context.ElementOf(0), context.ShapeOf(0), context.ElementsOf(0)?.Map(change));

    private static void Trilu(InferenceContext context) => context.Set(0, context.ElementOf(0), context.ShapeOf(0, 2));

    /// <summary>The mask is bool since version 10, and of the data's type before.</summary>
    private static void Dropout(InferenceContext context)
    {
        context.SetLike(0, 0);
        context.Set(1, context.Version < 10 ? context.ElementOf(0) : ElementType.Bool, context.ShapeOf(0));
    }
}
