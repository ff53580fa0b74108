using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Text: StringNormalizer, StringConcat, StringSplit, RegexFullMatch, TfIdfVectorizer.</summary>
internal static class TextInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(StringNormalizer, "StringNormalizer");
        registry.Add(static context => context.Set(0, ElementType.String, BroadcastShapes.Of(context, 0, 1)), "StringConcat");
        registry.Add(static context => context.Set(0, ElementType.Bool, context.ShapeOf(0)), "RegexFullMatch");
        registry.Add(StringSplit, "StringSplit");
        registry.Add(TfIdfVectorizer, "TfIdfVectorizer");
    }

    /// <summary>Stop words are dropped, so the length depends on the data; where there are none, nothing is.</summary>
    private static void StringNormalizer(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1, 2);
        bool dropsNothing = context.Find("stopwords") is null or { Strings.IsEmpty: true } && input is not null && input[^1].LowerBound > 0;
        context.Set(0, ElementType.String, dropsNothing ? input : input?.With(input.Rank - 1, Dim.Unknown()));
    }

    private static void StringSplit(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        context.Set(0, ElementType.String, input is null ? null : new TensorShape(input.Append(Dim.Unknown())));
        context.Set(1, ElementType.Int64, input);
    }

    private static void TfIdfVectorizer(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1, 2);
        if (context.Ints("ngram_indexes") is not { Length: > 0 } indexes)
        {
            throw context.RefuseParameter("no 'ngram_indexes'", "one index for each n-gram");
        }

        context.Set(0, ElementType.Float, input?.With(input.Rank - 1, context.Natural(Dim.Of(indexes.Max()) + 1, "the vector")));
    }
}
